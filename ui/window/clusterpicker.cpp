#include "ui/window/clusterpicker.h"

#include "ui/model/words.h"
#include "ui/widgets/motion.h"
#include "ui/widgets/plaintext.h"
#include "ui/widgets/shapes.h"

#include <QAccessible>
#include <QAccessibleWidget>
#include <QKeyEvent>
#include <QLineEdit>
#include <QListWidget>
#include <QPainter>
#include <QScreen>
#include <QStyledItemDelegate>
#include <QVBoxLayout>

#include <algorithm>

namespace qcc {

namespace {

constexpr int markSize = 10;
constexpr int markLeft = 10;
constexpr int textLeft = 34;
constexpr int chevronRoom = 26;
constexpr int rowHeight = tokens::size::row;
constexpr int mostRows = 12;

/// Like what it stands for in other windows.
QAccessibleInterface *accessiblePicker(const QString &, QObject *object)
{
    auto *picker = qobject_cast<ClusterPicker *>(object);
    return picker ? new QAccessibleWidget(picker, QAccessible::ButtonMenu) : nullptr;
}

/// A tick before the one in use, the names below each other.
class ChoiceDelegate : public QStyledItemDelegate
{
public:
    using QStyledItemDelegate::QStyledItemDelegate;

    QSize sizeHint(const QStyleOptionViewItem &option, const QModelIndex &index) const override
    {
        return {textLeft + option.fontMetrics.horizontalAdvance(index.data().toString()) + tokens::space::edge, std::max(rowHeight, option.fontMetrics.height() + 10)};
    }

    void paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override
    {
        const Colours colours = coloursOf(option.palette);
        const bool current = option.state & QStyle::State_Selected;
        if (current || (option.state & QStyle::State_MouseOver))
            drawBox(*painter, option.rect, tokens::radius::row, current ? colours.accentSoft : colours.hover, {});
        painter->save();
        painter->setFont(option.font);
        if (index.data(Qt::UserRole).toBool())
            drawTick(*painter, QPointF(option.rect.left() + textLeft / 2.0, QRectF(option.rect).center().y()), colours.accentText);
        painter->setPen(colours.text);
        const QRect words = option.rect.adjusted(textLeft, 0, -tokens::space::unit, 0);
        painter->drawText(words, Qt::AlignLeft | Qt::AlignVCenter, option.fontMetrics.elidedText(index.data().toString(), Qt::ElideRight, words.width()));
        painter->restore();
    }
};

} // namespace

Meaning meaningOf(ProxyState state)
{
    switch (state) {
    case ProxyState::Running: return Meaning::Success;
    case ProxyState::NoNetwork:
    case ProxyState::Degraded: return Meaning::Warning;
    case ProxyState::Down: return Meaning::Failure;
    case ProxyState::Unconfigured:
    case ProxyState::Stopped:
    case ProxyState::Finishing:
    case ProxyState::Starting: return Meaning::Neutral;
    }
    Q_UNREACHABLE();
}

ClusterChoice::ClusterChoice(const QStringList &clusters, const QString &current, QWidget *parent)
    : QFrame(parent, Qt::Popup)
    , m_list(new QListWidget)
{
    setAttribute(Qt::WA_DeleteOnClose);
    setFrameShape(QFrame::StyledPanel);
    setBackgroundRole(QPalette::Base);
    setAutoFillBackground(true);
    m_list->setAccessibleName(tr("Clusters"));
    m_list->setFrameShape(QFrame::NoFrame);
    m_list->setItemDelegate(new ChoiceDelegate(m_list));
    m_list->setMouseTracking(true);
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_list->viewport()->setAutoFillBackground(false);
    for (const QString &name : clusters) {
        auto *item = new QListWidgetItem(name, m_list);
        item->setData(Qt::UserRole, name == current);
        setPlainToolTip(item, name);
        if (name == current)
            m_list->setCurrentItem(item);
    }
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(metrics::half, metrics::half, metrics::half, metrics::half);
    column->setSpacing(metrics::half);
    if (clusters.size() > mostWithoutSearch) {
        m_search = new QLineEdit;
        m_search->setPlaceholderText(tr("Search the clusters"));
        m_search->setAccessibleName(m_search->placeholderText());
        m_search->installEventFilter(this);
        column->addWidget(m_search);
        connect(m_search, &QLineEdit::textChanged, this, &ClusterChoice::filter);
        connect(m_search, &QLineEdit::returnPressed, this, &ClusterChoice::choose);
    }
    column->addWidget(m_list);
    const int rows = std::min(m_list->count(), mostRows);
    m_list->setFixedHeight(rows * m_list->sizeHintForRow(0));
    m_list->setMinimumWidth(std::min(m_list->sizeHintForColumn(0) + tokens::size::scrollBar, 2 * tokens::size::sidebar));
    connect(m_list, &QListWidget::itemClicked, this, &ClusterChoice::choose);
    connect(m_list, &QListWidget::itemActivated, this, &ClusterChoice::choose);
    appearSoftly(*this);
    if (m_search)
        m_search->setFocus();
    else
        m_list->setFocus();
}

void ClusterChoice::choose()
{
    const QListWidgetItem *item = m_list->currentItem();
    if (!item || item->isHidden() || !isVisible())
        return;
    const QString name = item->text();
    close();
    Q_EMIT chosen(name);
}

void ClusterChoice::filter(const QString &text)
{
    QListWidgetItem *first = nullptr;
    for (int row = 0; row < m_list->count(); ++row) {
        QListWidgetItem *item = m_list->item(row);
        item->setHidden(!item->text().contains(text.trimmed(), Qt::CaseInsensitive));
        if (!first && !item->isHidden())
            first = item;
    }
    m_list->setCurrentItem(first);
}

bool ClusterChoice::eventFilter(QObject *watched, QEvent *event)
{
    // The field keeps the focus while the arrows go through what it found.
    if (watched == m_search && event->type() == QEvent::KeyPress) {
        const int key = static_cast<QKeyEvent *>(event)->key();
        if (key == Qt::Key_Down || key == Qt::Key_Up || key == Qt::Key_PageDown || key == Qt::Key_PageUp) {
            QCoreApplication::sendEvent(m_list, event);
            return true;
        }
    }
    return QFrame::eventFilter(watched, event);
}

ClusterPicker::ClusterPicker(QWidget *parent)
    : QAbstractButton(parent)
{
    QAccessible::installFactory(accessiblePicker);
    setFocusPolicy(Qt::StrongFocus);
    setAttribute(Qt::WA_Hover);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    connect(this, &QAbstractButton::clicked, this, &ClusterPicker::open);
    setView({});
}

void ClusterPicker::setView(const ProxyView &view)
{
    m_view = view;
    setEnabled(!view.clusters.isEmpty() && !view.isChanging());
    const QString count = shownCount();
    setAccessibleName(tr("Cluster in use: %1").arg(count.isEmpty() ? shownName() : tr("%1, %2 endpoints usable", "a cluster, 3 / 4").arg(shownName(), count)));
    setPlainToolTip(this, view.cluster.isEmpty() ? tr("The cluster in use") : tr("Cluster in use: %1").arg(view.cluster));
    update();
}

QString ClusterPicker::shownName() const
{
    if (!m_view.cluster.isEmpty())
        return m_view.cluster;
    if (!m_view.clusters.isEmpty())
        return tr("Choose a cluster");
    return m_view.configFault.isEmpty() ? tr("No clusters yet") : Words::none();
}

QString ClusterPicker::shownCount() const
{
    return Words::usableOf(m_view.endpoints);
}

QSize ClusterPicker::sizeHint() const
{
    return {tokens::size::sidebar - 2 * metrics::unit - 32, std::max(tokens::size::row, fontMetrics().height() + 12)};
}

QSize ClusterPicker::minimumSizeHint() const
{
    return {textLeft + chevronRoom + 4 * fontMetrics().averageCharWidth(), sizeHint().height()};
}

void ClusterPicker::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const Colours colours = coloursOf(palette());
    const bool down = isDown() || m_choice;
    drawBox(painter, rect(), tokens::radius::control, !isEnabled() ? colours.sidebar : down ? colours.selected : underMouse() ? colours.hover : colours.raised, colours.hairline);
    drawMark(painter, meaningOf(m_view.state), QRectF(markLeft, (height() - markSize) / 2.0, markSize, markSize), palette());
    const QPointF chevron(width() - chevronRoom / 2.0, height() / 2.0);
    drawChevron(painter, chevron, isEnabled() ? colours.text2 : colours.disabled);
    int right = width() - chevronRoom;
    if (const QString count = shownCount(); !count.isEmpty()) {
        painter.setFont(metrics::caption(font()));
        painter.setPen(colours.text3);
        painter.drawText(QRect(0, 0, right, height()), Qt::AlignRight | Qt::AlignVCenter, count);
        right -= painter.fontMetrics().horizontalAdvance(count) + metrics::unit;
    }
    const bool named = !m_view.cluster.isEmpty();
    painter.setFont(named ? metrics::medium(font(), shownName()) : font());
    painter.setPen(!isEnabled() ? colours.disabled : named ? colours.text : colours.text2);
    const QRect words(textLeft, 0, right - textLeft, height());
    painter.drawText(words, Qt::AlignLeft | Qt::AlignVCenter, painter.fontMetrics().elidedText(shownName(), Qt::ElideRight, words.width()));
    if (hasFocus() && window()->testAttribute(Qt::WA_KeyboardFocusChange))
        drawFocus(painter, rect(), tokens::radius::control, colours.accent);
}

void ClusterPicker::keyPressEvent(QKeyEvent *event)
{
    if (event->key() == Qt::Key_Down || event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter)
        click();
    else
        QAbstractButton::keyPressEvent(event);
}

void ClusterPicker::open()
{
    m_choice = new ClusterChoice(m_view.clusters, m_view.cluster, this);
    connect(m_choice, &ClusterChoice::chosen, this, [this](const QString &name) {
        if (name != m_view.cluster)
            Q_EMIT clusterChosen(name);
    });
    connect(m_choice, &QObject::destroyed, this, qOverload<>(&QWidget::update));
    m_choice->ensurePolished();
    QRect place(mapToGlobal(QPoint(0, height() + metrics::half)), m_choice->sizeHint().expandedTo({width(), 0}));
    if (const QScreen *screen = this->screen(); screen && place.bottom() > screen->availableGeometry().bottom())
        place.moveBottom(mapToGlobal(QPoint()).y() - metrics::half);
    m_choice->setGeometry(place);
    m_choice->show();
}

} // namespace qcc
