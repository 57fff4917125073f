#include "ui/requests/requestshead.h"

#include "ui/widgets/plaintext.h"
#include "ui/widgets/theme.h"

#include <QAction>
#include <QComboBox>
#include <QGridLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QLocale>
#include <QMenu>
#include <QPushButton>
#include <QSignalBlocker>
#include <QToolButton>

#include <algorithm>

namespace qcc {

namespace {

// Units: pixels.
constexpr int headHeight = 44;
constexpr int searchWidth = 280;
constexpr int leastSearch = 120;
constexpr int ownTime = -1; ///< The data of the choice that setTime() made.
constexpr int narrow = 920; ///< Below this the line has no room beside the tools.

/// It is as wide as it may be where there is room.
class SearchField : public QLineEdit
{
public:
    QSize sizeHint() const override { return {searchWidth, QLineEdit::sizeHint().height()}; }
};

} // namespace

RequestsHead::RequestsHead(QWidget *parent)
    : QWidget(parent)
    , m_title(new TextLabel(tr("Requests")))
    , m_line(new TextLabel)
    , m_search(new SearchField)
    , m_sign(m_search->addAction(QIcon(), QLineEdit::LeadingPosition))
    , m_time(new QComboBox)
    , m_pause(new QPushButton(tr("&Pause")))
    , m_cancel(new QPushButton)
    , m_export(new QAction(tr("E&xport…"), this))
    , m_details(new QAction(tr("&Details open with a row"), this))
    , m_more(new QToolButton)
    , m_tools(createTools())
    , m_grid(new QGridLayout(this))
{
    m_line->setWordWrap(true);
    m_line->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_grid->setContentsMargins(0, 0, 0, 0);
    m_grid->setHorizontalSpacing(metrics::edge);
    m_grid->setVerticalSpacing(1);
    applyLook();
    arrange();
}

QWidget *RequestsHead::createTools()
{
    m_search->setPlaceholderText(tr("Search id, client, model, path, error"));
    m_search->setAccessibleName(tr("Search the requests"));
    setPlainToolTip(m_search, tr("Finds id, client, model, path, cluster, endpoint, address, outcome and what was said of a failure. Of several words all must be found."));
    m_search->setClearButtonEnabled(true);
    m_search->installEventFilter(this);
    m_search->setMinimumWidth(leastSearch);
    m_search->setMaximumWidth(searchWidth);
    // It is no button, and stands there for the eye.
    m_sign->setEnabled(false);
    m_sign->setText(m_search->accessibleName());
    createTimes();
    m_pause->setCheckable(true);
    setPlainToolTip(m_pause, tr("Keeps the table as it is; what comes meanwhile is shown afterwards"));
    m_cancel->hide();
    m_details->setCheckable(true);
    m_details->setChecked(true);

    m_more->setAutoRaise(true);
    m_more->setFocusPolicy(Qt::StrongFocus);
    setPlainToolTip(m_more, tr("More"));
    m_more->setAccessibleName(m_more->toolTip());
    auto *menu = new QMenu(m_more);
    menu->addAction(m_export);
    menu->addAction(m_details);
    m_more->setMenu(menu);
    m_more->setPopupMode(QToolButton::InstantPopup);

    auto *tools = new QWidget(this);
    auto *row = new QHBoxLayout(tools);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(metrics::unit);
    row->addStretch(1);
    row->addWidget(m_search, 1'000);
    for (QWidget *widget : {static_cast<QWidget *>(m_time), static_cast<QWidget *>(m_cancel), static_cast<QWidget *>(m_pause),
                            static_cast<QWidget *>(m_more)})
        row->addWidget(widget);
    connect(m_search, &QLineEdit::textChanged, this, &RequestsHead::searchChanged);
    connect(m_pause, &QPushButton::toggled, this, &RequestsHead::pauseChanged);
    connect(m_details, &QAction::toggled, this, &RequestsHead::opensDetailsChanged);
    connect(m_export, &QAction::triggered, this, &RequestsHead::exportRequested);
    connect(m_cancel, &QPushButton::clicked, this, &RequestsHead::exportCancelled);
    return tools;
}

void RequestsHead::createTimes()
{
    for (const auto &[words, seconds] : {std::pair(tr("At any time"), 0), std::pair(tr("Last hour"), 3'600), std::pair(tr("Last 24 hours"), 86'400),
                                         std::pair(tr("Last 7 days"), 604'800)})
        m_time->addItem(words, seconds);
    m_time->setSizeAdjustPolicy(QComboBox::AdjustToContents);
    m_time->setAccessibleName(tr("Time of the requests"));
    m_time->setAccessibleDescription(m_time->accessibleName()); // Qt on Linux tells only this of a combo box.
    connect(m_time, &QComboBox::currentIndexChanged, this, [this](int index) {
        const int own = m_time->findData(ownTime);
        if (own >= 0 && index != own) {
            const QSignalBlocker blocker(m_time);
            m_time->removeItem(own);
            m_span.reset();
        }
        Q_EMIT timeChanged();
    });
}

QString RequestsHead::searched() const
{
    return m_search->text();
}

void RequestsHead::setSearched(const QString &text)
{
    m_search->setText(text);
}

std::pair<QDateTime, QDateTime> RequestsHead::time() const
{
    if (m_span)
        return *m_span;
    const int seconds = m_time->currentData().toInt();
    return {seconds > 0 ? QDateTime::currentDateTimeUtc().addSecs(-seconds) : QDateTime(), {}};
}

bool RequestsHead::isTimeRelative() const
{
    return !m_span && m_time->currentData().toInt() > 0;
}

void RequestsHead::setTime(const QDateTime &from, const QDateTime &to)
{
    {
        const QSignalBlocker blocker(m_time);
        if (const int own = m_time->findData(ownTime); own >= 0)
            m_time->removeItem(own);
        const auto clock = [](const QDateTime &time) { return time.toLocalTime().toString(QStringLiteral("HH:mm")); };
        m_time->addItem(tr("%1 to %2", "times of day").arg(clock(from), clock(to)), ownTime);
        m_time->setCurrentIndex(m_time->count() - 1);
    }
    m_span = std::pair(from, to);
    Q_EMIT timeChanged();
}

bool RequestsHead::isClear() const
{
    return m_search->text().isEmpty() && m_time->currentIndex() == 0;
}

bool RequestsHead::clear()
{
    if (isClear())
        return false;
    m_search->clear();
    m_time->setCurrentIndex(0);
    return true;
}

void RequestsHead::setLine(const QString &text)
{
    m_line->setText(text);
}

void RequestsHead::setExport(std::optional<qint64> written, bool possible)
{
    m_export->setEnabled(possible && !written);
    m_cancel->setText(tr("Cancel the export (%1)", "number written").arg(QLocale().toString(written.value_or(0))));
    m_cancel->setVisible(written.has_value());
}

bool RequestsHead::isPaused() const
{
    return m_pause->isChecked();
}

void RequestsHead::setPaused(bool paused)
{
    m_pause->setChecked(paused);
}

bool RequestsHead::opensDetails() const
{
    return m_details->isChecked();
}

void RequestsHead::setOpensDetails(bool opens)
{
    m_details->setChecked(opens);
}

void RequestsHead::arrange()
{
    const bool isNarrow = width() < narrow;
    if (m_isNarrow == isNarrow)
        return;
    m_isNarrow = isNarrow;
    for (QWidget *widget : {static_cast<QWidget *>(m_title), static_cast<QWidget *>(m_line), m_tools})
        m_grid->removeWidget(widget);
    m_grid->addWidget(m_title, 0, 0, isNarrow ? Qt::AlignVCenter : Qt::AlignBottom);
    m_grid->addWidget(m_line, 1, 0, 1, isNarrow ? 2 : 1, Qt::AlignTop);
    m_grid->addWidget(m_tools, 0, 1, isNarrow ? 1 : 2, 1, Qt::AlignVCenter);
    m_grid->setColumnStretch(0, isNarrow ? 0 : 1);
    m_grid->setColumnStretch(1, isNarrow ? 1 : 0);
    setMinimumHeight(isNarrow ? 0 : headHeight);
}

void RequestsHead::applyLook()
{
    const Colours colours = coloursOf(palette());
    m_title->setFont(metrics::title(font()));
    QPalette faint = palette();
    faint.setColor(QPalette::WindowText, colours.text2);
    m_line->setPalette(faint);
    // Disabled it is, but not fainter for that.
    QIcon sign = tintedIcon(QStringLiteral(":/icons/search.svg"), colours.text3);
    const QIcon plain = sign;
    for (const QSize &size : plain.availableSizes())
        sign.addPixmap(plain.pixmap(size), QIcon::Disabled);
    m_sign->setIcon(sign);
    m_more->setIcon(tintedIcon(QStringLiteral(":/icons/dots.svg"), colours.text2));
}

void RequestsHead::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    arrange();
}

void RequestsHead::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::FontChange || event->type() == QEvent::PaletteChange || event->type() == QEvent::StyleChange)
        applyLook();
}

bool RequestsHead::eventFilter(QObject *watched, QEvent *event)
{
    if (watched == m_search && event->type() == QEvent::KeyPress && static_cast<QKeyEvent *>(event)->key() == Qt::Key_Down) {
        Q_EMIT downPressed();
        return true;
    }
    return QWidget::eventFilter(watched, event);
}

} // namespace qcc
