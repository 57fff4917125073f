#include "ui/window/commandpalette.h"

#include "ui/widgets/motion.h"
#include "ui/widgets/plaintext.h"
#include "ui/widgets/shapes.h"

#include <QAction>
#include <QCoreApplication>
#include <QFrame>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QKeySequence>
#include <QLineEdit>
#include <QListWidget>
#include <QPainter>
#include <QRegularExpression>
#include <QStyledItemDelegate>
#include <QTextLayout>
#include <QVBoxLayout>

#include <algorithm>
#include <cmath>

namespace qcc {

namespace {

constexpr int cardWidth = 560;
constexpr int cardTop = 92;
constexpr int fieldHeight = 48;
constexpr int rowHeight = 36;
constexpr int captionHeight = 30;
constexpr int keysHeight = 36;
constexpr int cardRadius = 10;
constexpr int keyWidth = 22;
constexpr int keyRadius = 4;
constexpr int keyGap = 6;
constexpr float veil = 0.38f;
constexpr int EntryRole = Qt::UserRole; ///< Its place among those found; absent: the name of a group.

QString nameOf(PaletteEntry::Group group)
{
    switch (group) {
    case PaletteEntry::Group::Endpoints: return CommandPalette::tr("Endpoints");
    case PaletteEntry::Group::Clusters: return CommandPalette::tr("Clusters");
    case PaletteEntry::Group::Pages: return CommandPalette::tr("Pages");
    case PaletteEntry::Group::Actions: return CommandPalette::tr("Actions");
    case PaletteEntry::Group::Settings: return CommandPalette::tr("Settings");
    }
    Q_UNREACHABLE();
}

/// A key as it looks.
class KeyCap : public TextLabel
{
public:
    explicit KeyCap(const QString &key)
        : TextLabel(key)
    {
        setContentsMargins(5, 1, 5, 1);
        setAlignment(Qt::AlignCenter);
        setMinimumWidth(keyWidth);
    }

protected:
    void paintEvent(QPaintEvent *event) override
    {
        QPainter painter(this);
        drawBox(painter, rect(), keyRadius, {}, coloursOf(palette()).hairline);
        TextLabel::paintEvent(event);
    }
};

/// `text` with a cap for each of `keys` in the place of "%1" and so on.
QLayout *keysAndWords(const QString &text, const QStringList &keys)
{
    auto *row = new QHBoxLayout;
    row->setSpacing(keyGap);
    static const QRegularExpression gap(QStringLiteral("%([1-9])"));
    qsizetype done = 0;
    const auto addWords = [&](qsizetype end) {
        if (const QString words = text.mid(done, end - done).trimmed(); !words.isEmpty())
            row->addWidget(new TextLabel(words));
    };
    for (const QRegularExpressionMatch &match : gap.globalMatch(text)) {
        addWords(match.capturedStart());
        row->addWidget(new KeyCap(keys.value(match.captured(1).toInt() - 1)), 0, Qt::AlignVCenter);
        done = match.capturedEnd();
    }
    addWords(text.size());
    return row;
}

/// What was typed stands out in what it found.
class EntryDelegate : public QStyledItemDelegate
{
public:
    EntryDelegate(const QList<PaletteEntry> &found, const QLineEdit &field, QObject *parent)
        : QStyledItemDelegate(parent)
        , m_found(found)
        , m_field(field)
    {
    }

    QSize sizeHint(const QStyleOptionViewItem &option, const QModelIndex &index) const override
    {
        return {0, std::max(index.data(EntryRole).isValid() ? rowHeight : captionHeight, option.fontMetrics.height() + 8)};
    }

    void paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override
    {
        const Colours colours = coloursOf(option.palette);
        painter->save();
        const QVariant place = index.data(EntryRole);
        if (!place.isValid()) {
            painter->setFont(metrics::caption(option.font));
            painter->setPen(colours.text3);
            painter->drawText(option.rect.adjusted(metrics::edge, 0, -metrics::edge, -4), Qt::AlignLeft | Qt::AlignBottom, index.data().toString());
            painter->restore();
            return;
        }
        const PaletteEntry &entry = m_found.at(place.toInt());
        const QRect row = option.rect.adjusted(6, 0, -6, 0);
        if (option.state & QStyle::State_Selected)
            drawBox(*painter, row, tokens::radius::row, colours.accentSoft, {});
        const QRect sign(row.left() + 10, row.top() + (row.height() - 16) / 2, 16, 16);
        if (entry.mark)
            drawMark(*painter, *entry.mark, QRectF(sign).adjusted(2, 2, -2, -2), option.palette);
        else if (!entry.icon.isEmpty())
            tintedIcon(entry.icon, colours.text2).paint(painter, sign);
        QRect words = row.adjusted(38, 0, -10, 0);
        const QFont small = metrics::caption(option.font);
        QRect detail = words;
        detail.setLeft(words.center().x());
        painter->setPen(colours.text3);
        const int taken = drawText(*painter, small, detail, entry.detail, Qt::AlignRight);
        words.setRight(words.right() - taken - metrics::edge);
        painter->setPen(colours.text);
        drawText(*painter, option.font, words, entry.text, Qt::AlignLeft);
        painter->restore();
    }

private:
    /// Returns how wide it is.
    int drawText(QPainter &painter, const QFont &font, const QRect &room, const QString &whole, Qt::Alignment side) const
    {
        const QString text = QFontMetrics(font).elidedText(whole, Qt::ElideRight, room.width());
        QTextLayout layout(text, font);
        QList<QTextLayout::FormatRange> found;
        for (const auto &[at, length] : placesOf(m_field.text(), text)) {
            QTextLayout::FormatRange range{static_cast<int>(at), static_cast<int>(length), {}};
            range.format.setFontWeight(metrics::strong(font, text).weight());
            found.append(range);
        }
        layout.setFormats(found);
        layout.beginLayout();
        QTextLine line = layout.createLine();
        line.setLineWidth(room.width());
        layout.endLayout();
        const double width = line.naturalTextWidth();
        layout.draw(&painter, QPointF(side == Qt::AlignRight ? room.right() + 1 - width : room.left(), room.top() + (room.height() - line.height()) / 2));
        return static_cast<int>(std::ceil(width));
    }

    const QList<PaletteEntry> &m_found;
    const QLineEdit &m_field;
};

} // namespace

CommandPalette::CommandPalette(QWidget *window)
    : QWidget(window)
    , m_card(new QFrame(this))
    , m_field(new QLineEdit)
    , m_list(new QListWidget)
{
    m_card->setAutoFillBackground(false);
    m_card->installEventFilter(this);
    m_field->setFrame(false);
    m_field->setPlaceholderText(tr("Search pages, endpoints, clusters, actions, settings"));
    m_field->setAccessibleName(m_field->placeholderText());
    m_field->installEventFilter(this);
    m_list->setAccessibleName(tr("What was found"));
    m_list->setFrameShape(QFrame::NoFrame);
    m_list->setItemDelegate(new EntryDelegate(m_found, *m_field, m_list));
    m_list->setFocusPolicy(Qt::NoFocus);
    m_list->setMouseTracking(true);
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_list->viewport()->setAutoFillBackground(false);
    auto *field = new QHBoxLayout;
    field->setContentsMargins(metrics::edge, 0, metrics::edge, 0);
    field->addWidget(m_field);
    auto *column = new QVBoxLayout(m_card);
    column->setContentsMargins(0, 1, 0, 0);
    column->setSpacing(0);
    column->addLayout(field);
    column->addSpacing(1);
    column->addWidget(m_list, 1);
    m_keys = buildKeys();
    column->addWidget(m_keys);
    connect(m_field, &QLineEdit::textChanged, this, &CommandPalette::find);
    connect(m_list, &QListWidget::itemClicked, this, &CommandPalette::act);
    connect(m_list, &QListWidget::itemEntered, this, [this](QListWidgetItem *item) {
        if (item->data(EntryRole).isValid())
            m_list->setCurrentItem(item);
    });
    window->installEventFilter(this);
    appearSoftly(*this);
    applyLooks();
    hide();
}

/// What the keys do, in a line below.
QWidget *CommandPalette::buildKeys()
{
    auto *keys = new QWidget;
    auto *row = new QHBoxLayout(keys);
    row->setContentsMargins(metrics::edge, 0, metrics::edge, 0);
    row->setSpacing(metrics::edge);
    const auto native = [](Qt::Key key) { return QKeySequence(key).toString(QKeySequence::NativeText); };
    row->addLayout(keysAndWords(tr("%1 %2 choose", "keys"), {QStringLiteral("↑"), QStringLiteral("↓")}));
    row->addLayout(keysAndWords(tr("%1 do it", "a key"), {native(Qt::Key_Enter)}));
    row->addStretch(1);
    row->addLayout(keysAndWords(tr("%1 close", "a key"), {native(Qt::Key_Escape)}));
    return keys;
}

void CommandPalette::open(const QList<PaletteEntry> &entries)
{
    m_entries = entries;
    m_focusBefore = window()->focusWidget();
    m_field->clear();
    find();
    setGeometry(parentWidget()->rect());
    place();
    raise();
    show();
    m_field->setFocus(Qt::PopupFocusReason);
}

void CommandPalette::close()
{
    if (!isOpen())
        return;
    // Before it hides, lest the focus goes to whatever comes next.
    if (m_focusBefore)
        m_focusBefore->setFocus(Qt::PopupFocusReason);
    hide();
    m_entries.clear();
}

void CommandPalette::find()
{
    m_list->clear();
    m_found = matching(m_entries, m_field->text());
    std::optional<PaletteEntry::Group> group;
    for (qsizetype i = 0; i < m_found.size(); ++i) {
        const PaletteEntry &entry = m_found.at(i);
        if (group != entry.group) {
            group = entry.group;
            (new QListWidgetItem(nameOf(entry.group), m_list))->setFlags(Qt::NoItemFlags);
        }
        auto *item = new QListWidgetItem(entry.text, m_list);
        item->setData(EntryRole, static_cast<int>(i));
        item->setData(Qt::AccessibleTextRole, entry.detail.isEmpty() ? entry.text : QStringLiteral("%1, %2").arg(entry.text, entry.detail));
    }
    if (m_found.isEmpty())
        (new QListWidgetItem(tr("Nothing is called so."), m_list))->setFlags(Qt::NoItemFlags);
    step(1);
    place();
}

void CommandPalette::step(int by)
{
    const int count = m_list->count();
    for (int row = m_list->currentRow() + by, tried = 0; tried < count; row += by, ++tried) {
        row = (row + count) % count;
        if (m_list->item(row)->data(EntryRole).isValid()) {
            m_list->setCurrentRow(row);
            // With the name of its group, where it is the first.
            if (row == 1)
                m_list->scrollToTop();
            return;
        }
    }
}

void CommandPalette::act()
{
    const QListWidgetItem *item = m_list->currentItem();
    if (!item || !item->data(EntryRole).isValid())
        return;
    const auto act = m_found.at(item->data(EntryRole).toInt()).act;
    close();
    act();
}

void CommandPalette::place()
{
    int rows = 0;
    for (int row = 0; row < m_list->count(); ++row)
        rows += m_list->sizeHintForRow(row);
    const int room = height() - cardTop - metrics::edge;
    const int wanted = m_field->height() + 2 + rows + metrics::unit + keysHeight;
    const int width = std::min(cardWidth, this->width() - 2 * metrics::edge);
    m_card->setGeometry((this->width() - width) / 2, cardTop, width, std::min(wanted, room));
}

void CommandPalette::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.fillRect(rect(), QColor::fromRgbF(0, 0, 0, veil));
    const Colours colours = coloursOf(palette());
    drawBox(painter, m_card->geometry(), cardRadius, colours.raised, colours.selected);
    const auto line = [&](int y) { painter.fillRect(QRect(m_card->x() + 1, m_card->y() + y, m_card->width() - 2, 1), colours.hairline); };
    line(m_field->geometry().bottom() + 1);
    line(m_keys->y() - 1);
}

void CommandPalette::mousePressEvent(QMouseEvent *event)
{
    if (!m_card->geometry().contains(event->pos()))
        close();
}

bool CommandPalette::eventFilter(QObject *watched, QEvent *event)
{
    if (watched == parentWidget() && event->type() == QEvent::Resize && isOpen()) {
        setGeometry(parentWidget()->rect());
        place();
    }
    // A press on the card is not one beside it.
    if (watched == m_card && event->type() == QEvent::MouseButtonPress)
        return true;
    if (watched == m_field && event->type() == QEvent::KeyPress) {
        switch (static_cast<QKeyEvent *>(event)->key()) {
        case Qt::Key_Down: step(1); return true;
        case Qt::Key_Up: step(-1); return true;
        case Qt::Key_Return:
        case Qt::Key_Enter: act(); return true;
        case Qt::Key_Escape: close(); return true;
        case Qt::Key_PageDown:
        case Qt::Key_PageUp: QCoreApplication::sendEvent(m_list, event); return true;
        case Qt::Key_Tab:
        case Qt::Key_Backtab: return true; // what lies below is out of reach
        default: break;
        }
    }
    return QWidget::eventFilter(watched, event);
}

void CommandPalette::applyLooks()
{
    m_field->setFont(metrics::lead(font()));
    m_field->setFixedHeight(std::max(fieldHeight, m_field->fontMetrics().height() + metrics::edge));
    m_keys->setFixedHeight(keysHeight);
    QPalette quiet = palette();
    quiet.setColor(QPalette::WindowText, coloursOf(palette()).text3);
    m_keys->setPalette(quiet);
    m_keys->setFont(metrics::caption(font()));
    const QString icon = QStringLiteral(":/icons/search.svg");
    for (QAction *old : m_field->actions())
        delete old;
    m_field->addAction(tintedIcon(icon, coloursOf(palette()).text3), QLineEdit::LeadingPosition);
}

void CommandPalette::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange)
        applyLooks();
}

} // namespace qcc
