#include "ui/requests/exchangedetail.h"

#include "ui/model/coretext.h"
#include "ui/model/exchangetext.h"
#include "ui/model/words.h"
#include "ui/requests/attemptschart.h"
#include "ui/requests/detailparts.h"
#include "ui/widgets/plaintext.h"
#include "ui/widgets/shapes.h"

#include <QClipboard>
#include <QEvent>
#include <QGridLayout>
#include <QGuiApplication>
#include <QLabel>
#include <QPushButton>
#include <QScrollArea>
#include <QScrollBar>
#include <QToolButton>

#include <algorithm>

namespace qcc {

namespace {

// Units: pixels.
constexpr int besideMargin = 20;
constexpr int belowMargin = 24;
constexpr int aboveHead = 14;
constexpr int markToTitle = 10;
constexpr int factsGap = 10;
constexpr int mostFacts = 10;
constexpr int longestName = 12; ///< Units: letters that are not broken.
constexpr int blockGap = 14;
constexpr int columnGap = 32;
constexpr int twoColumnsFrom = 720;
constexpr int twoColumnsInChars = 90;
constexpr int factsColumnGap = 24;
constexpr int actionsDown = 2; ///< To the middle of the button that closes.
constexpr int timelineShare = 3, factsShare = 2;
constexpr int leastOfName = 4, mostOfName = 24; ///< Of an endpoint on a button. Units: letters.

} // namespace

ExchangeDetail::ExchangeDetail(QWidget *parent)
    : QWidget(parent)
    , m_mark(new DetailMark)
    , m_title(selectable(new TextLabel))
    , m_origin(selectable(new TextLabel))
    , m_explained(selectable(new TextLabel))
    , m_headRow(new QHBoxLayout)
    , m_close(new QToolButton)
    , m_actions(createActions())
    , m_scroll(new QScrollArea)
    , m_blocks(nullptr)
    , m_facts(createFacts())
    , m_timeline(createTimeline())
    , m_said(new QWidget)
    , m_saidColumn(new QVBoxLayout(m_said))
{
    m_close->setAutoRaise(true);
    m_close->setFocusPolicy(Qt::StrongFocus);
    setPlainToolTip(m_close, tr("Close the details"));
    m_close->setAccessibleName(m_close->toolTip());
    m_scroll->setAccessibleName(tr("Details of the request"));
    m_saidColumn->setContentsMargins(0, 0, 0, 0);
    m_saidColumn->setSpacing(blockGap);

    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, aboveHead, 0, 0);
    column->setSpacing(0);
    column->addLayout(createHead());
    column->addWidget(createContent(), 1);
    setAutoFillBackground(true);
    setBackgroundRole(QPalette::Base); // a change of the palette, for which all must be there
    connect(m_close, &QToolButton::clicked, this, &ExchangeDetail::closeRequested);
    applyLook();
    arrange();
}

QLayout *ExchangeDetail::createHead()
{
    auto *words = new QVBoxLayout;
    words->setSpacing(2);
    words->addWidget(m_title);
    words->addWidget(m_origin);
    m_headRow->setSpacing(0);
    auto *mark = new QVBoxLayout;
    mark->addSpacing(metrics::half);
    mark->addWidget(m_mark);
    mark->addStretch(1);
    m_headRow->addLayout(mark);
    m_headRow->addSpacing(markToTitle);
    m_headRow->addLayout(words, 1);
    m_headRow->addSpacing(metrics::unit);
    m_headRow->addWidget(m_close, 0, Qt::AlignTop);
    return m_headRow;
}

QWidget *ExchangeDetail::createFacts()
{
    auto *facts = new QWidget;
    auto *grid = new QGridLayout(facts);
    grid->setContentsMargins(0, 0, 0, 0);
    grid->setHorizontalSpacing(factsGap);
    grid->setVerticalSpacing(metrics::half);
    grid->setColumnStretch(1, 1);
    for (int i = 0; i < mostFacts; ++i) {
        auto *name = new TextLabel;
        QLabel *value = selectable(new TextLabel);
        value->setWordWrap(i % 2 == 0);
        name->setBuddy(value);
        if (i % 2 == 1)
            name->setContentsMargins(factsColumnGap - factsGap, 0, 0, 0);
        grid->addWidget(name, i / 2, 2 * (i % 2), Qt::AlignTop);
        grid->addWidget(value, i / 2, 2 * (i % 2) + 1, Qt::AlignTop);
        m_factLabels.append({name, value});
    }
    return facts;
}

QWidget *ExchangeDetail::createTimeline()
{
    m_timelineTitle = new TextLabel(tr("Timeline"));
    m_attemptCount = new TextLabel;
    m_chart = new AttemptsChart;
    auto *timeline = new QWidget;
    auto *column = new QVBoxLayout(timeline);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(metrics::half);
    column->addLayout(titleRow(m_timelineTitle, m_attemptCount));
    column->addWidget(m_chart);
    return timeline;
}

QWidget *ExchangeDetail::createActions()
{
    auto *copyAll = new QPushButton(tr("&Copy details"));
    auto *log = new QPushButton(tr("Show in the &log"));
    auto *actions = new QWidget;
    auto *row = new QHBoxLayout(actions);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(metrics::unit);
    m_endpoint = new QPushButton;
    row->addWidget(copyAll);
    row->addWidget(log);
    row->addWidget(m_endpoint);
    row->addStretch(1);
    connect(m_endpoint, &QPushButton::clicked, this, [this] { Q_EMIT endpointRequested(m_endpointPlace.first, m_endpointPlace.second); });
    connect(copyAll, &QPushButton::clicked, this, &ExchangeDetail::copy);
    connect(log, &QPushButton::clicked, this, [this] {
        if (m_row)
            Q_EMIT logRequested((m_row->running() ? m_row->running()->id() : m_row->finished()->id()) + u']');
    });
    return actions;
}

QWidget *ExchangeDetail::createContent()
{
    auto *content = new QWidget;
    m_blocks = new QGridLayout(content);
    m_blocks->setHorizontalSpacing(columnGap);
    m_blocks->setVerticalSpacing(blockGap);
    m_scroll->setWidget(content);
    m_scroll->setWidgetResizable(true);
    m_scroll->setFrameShape(QFrame::NoFrame);
    m_scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_scroll->viewport()->setAutoFillBackground(false);
    content->setAutoFillBackground(false);
    return m_scroll;
}

void ExchangeDetail::setBeside(bool beside)
{
    m_isBeside = beside;
    arrange();
}

void ExchangeDetail::arrange()
{
    const int enough = std::max(twoColumnsFrom, twoColumnsInChars * fontMetrics().averageCharWidth());
    const std::pair wanted(m_isBeside, !m_isBeside && width() >= enough);
    // With little room for both the facts need as much as the bars.
    const bool isTight = width() < enough + enough / 4;
    if (wanted.second) {
        m_blocks->setColumnStretch(0, isTight ? 1 : timelineShare);
        m_blocks->setColumnStretch(1, isTight ? 1 : factsShare);
    }
    if (m_arranged == wanted)
        return;
    m_arranged = wanted;
    const int margin = m_isBeside ? besideMargin : belowMargin;
    m_headRow->setContentsMargins(margin, 0, margin - metrics::unit, 0);
    m_blocks->setContentsMargins(margin, m_isBeside ? 12 : 10, margin, metrics::edge);
    for (QWidget *block : {static_cast<QWidget *>(m_explained), m_facts, m_timeline, m_said, m_actions}) {
        m_blocks->removeWidget(block);
        m_headRow->removeWidget(block);
    }
    m_blocks->addWidget(m_explained, 0, 0, 1, wanted.second ? 2 : 1);
    if (wanted.second) {
        m_blocks->addWidget(m_timeline, 1, 0, 3, 1, Qt::AlignTop);
        m_blocks->addWidget(m_facts, 1, 1);
        m_blocks->addWidget(m_said, 2, 1);
    } else {
        // Where it is low, what is most telling comes first.
        m_blocks->addWidget(m_facts, m_isBeside ? 1 : 3, 0);
        m_blocks->addWidget(m_timeline, m_isBeside ? 2 : 1, 0);
        m_blocks->addWidget(m_said, m_isBeside ? 3 : 2, 0);
    }
    if (m_isBeside)
        m_blocks->addWidget(m_actions, 4, 0);
    else
        m_headRow->insertWidget(m_headRow->count() - 1, m_actions, 0, Qt::AlignTop);
    if (!wanted.second)
        m_blocks->setColumnStretch(1, 0);
    m_blocks->setRowStretch(5, 1);
    m_blocks->setRowStretch(3, wanted.second ? 1 : 0);
    m_actions->setContentsMargins(0, m_isBeside ? 0 : actionsDown, 0, 0);
    const QList<QPushButton *> buttons = m_actions->findChildren<QPushButton *>();
    for (QPushButton *button : buttons) {
        button->setFont(m_isBeside ? font() : metrics::caption(font()));
        button->setMaximumHeight(m_isBeside ? QWIDGETSIZE_MAX : std::max(tokens::size::controlSmall, button->fontMetrics().height() + metrics::unit));
    }
    fitEndpoint();
}

void ExchangeDetail::setRow(const ExchangeRowPtr &row, double ageMs)
{
    const bool isOther = !row || !m_row || row->key != m_row->key;
    if (row == m_row && (!row || row->finished() || qFuzzyCompare(ageMs, m_ageMs)))
        return;
    m_row = row;
    m_ageMs = ageMs;
    present();
    if (isOther)
        m_scroll->verticalScrollBar()->setValue(0);
}

void ExchangeDetail::setConfig(const ConfigSnapshot &config)
{
    if (config == std::exchange(m_config, config))
        return;
    present();
}

void ExchangeDetail::copy()
{
    if (!m_row)
        return;
    const RunningView *running = m_row->running();
    QGuiApplication::clipboard()->setText(running ? runningText(*running, m_ageMs, RunningWords::of(running->state)) : exchangeText(*m_row->finished()));
}

void ExchangeDetail::present()
{
    if (!m_row)
        return;
    const RunningView *running = m_row->running();
    const ExchangeRecord shown = running ? running->soFar(m_ageMs) : *m_row->finished();
    const Meaning meaning = running ? Meaning::Neutral : Words::meaningOf(shown.outcome);
    m_mark->setMark(running ? Mark::Play : markOf(meaning), meaning);
    m_title->setText(DetailText::breakable(DetailText::title(*m_row)));
    m_origin->setText(DetailText::origin(*m_row, QDateTime::currentDateTimeUtc()));
    setPlainToolTip(m_origin, DetailText::request(*m_row));
    const QString explained = running ? RunningWords::explained(running->state) : inUsersLanguage(shown.error);
    m_explained->setText(DetailText::breakable(explained));
    m_explained->setVisible(!explained.isEmpty());
    const bool isBad = meaning == Meaning::Failure || meaning == Meaning::Warning;
    colour(m_explained, isBad ? coloursOf(palette()).of(meaning).text : coloursOf(palette()).text2);

    const QList<Fact> facts = DetailText::facts(*m_row, m_ageMs);
    for (qsizetype i = 0; i < m_factLabels.size(); ++i) {
        const auto &[name, value] = m_factLabels.at(i);
        name->setVisible(i < facts.size());
        value->setVisible(i < facts.size());
        if (i >= facts.size())
            continue;
        name->setText(facts.at(i).name);
        const QString shortened = Words::shortName(facts.at(i).value);
        value->setText(i % 2 == 0 ? DetailText::breakable(shortened, longestName) : shortened);
        setPlainToolTip(value, shortened == facts.at(i).value ? QString() : facts.at(i).value);
    }
    const bool hasAttempts = !shown.attempts.isEmpty();
    m_attemptCount->setText(hasAttempts ? DetailText::attemptCount(shown.attempts.size()) : running ? QString() : DetailText::noAttempts());
    m_chart->setExchange(shown, running && running->current ? RunningWords::of(running->state) : QString());
    m_chart->setVisible(hasAttempts);
    const QList<AttemptRecord> &ended = running ? running->tried : shown.attempts;
    presentSaid(DetailText::said(ended, shown.skipped, shown.passedOver));
    presentEndpoint(ended);
}

/// The last one that failed: what is wrong with it is to be looked at, and not whom the client or the network left.
void ExchangeDetail::presentEndpoint(const QList<AttemptRecord> &attempts)
{
    const auto isAtFault = [](const AttemptRecord &attempt) {
        const Meaning meaning = ExchangeText::meaningOf(attempt.failure);
        return meaning == Meaning::Failure || meaning == Meaning::Warning;
    };
    const auto failed = std::find_if(attempts.crbegin(), attempts.crend(), isAtFault);
    m_endpoint->setVisible(failed != attempts.crend());
    m_endpointPlace = {};
    if (failed == attempts.crend())
        return;
    m_endpointName = ExchangeText::endpoint(*failed);
    for (const Cluster &cluster : m_config ? m_config->clusters : QList<Cluster>()) {
        const auto found = std::ranges::find(cluster.endpoints, failed->endpointId, &Endpoint::id);
        if (found == cluster.endpoints.cend())
            continue;
        // It may have another name by now.
        m_endpointName = found->name;
        m_endpointPlace = {cluster.name, found->name};
    }
    m_endpoint->setEnabled(!m_endpointPlace.second.isEmpty());
    const QString hint = m_endpoint->isEnabled() ? tr("Show %1 of the cluster %2 on the page Clusters", "endpoint, cluster").arg(m_endpointName, m_endpointPlace.first)
        : m_config ? tr("%1 is no longer in config.json.", "endpoint").arg(m_endpointName) : Words::configFaultTitle();
    setPlainToolTip(m_endpoint, hint);
    m_endpoint->setAccessibleDescription(hint);
    fitEndpoint();
}

/// Its name is cut where the others leave no room for all of it.
void ExchangeDetail::fitEndpoint()
{
    if (m_endpoint->isHidden())
        return;
    const auto wordsFor = [this](const QString &name) { return tr("Show %1", "endpoint").arg(QString(name).replace(u'&', QStringLiteral("&&"))); };
    int room = mostOfName * fontMetrics().averageCharWidth();
    if (m_isBeside) {
        m_endpoint->setText(wordsFor({}));
        const int others = m_actions->layout()->sizeHint().width();
        room = std::clamp(width() - 2 * besideMargin - others, leastOfName * fontMetrics().averageCharWidth(), room);
    }
    m_endpoint->setText(wordsFor(m_endpoint->fontMetrics().elidedText(m_endpointName, Qt::ElideRight, room)));
}

void ExchangeDetail::presentSaid(const QList<Said> &said)
{
    if (said == m_shownSaid)
        return;
    m_shownSaid = said;
    while (m_saidBoxes.size() < said.size()) {
        m_saidBoxes.append(new SaidBox);
        m_saidColumn->addWidget(m_saidBoxes.constLast());
    }
    for (qsizetype i = 0; i < m_saidBoxes.size(); ++i) {
        m_saidBoxes.at(i)->setVisible(i < said.size());
        if (i < said.size())
            m_saidBoxes.at(i)->setSaid(said.at(i));
    }
    m_said->setVisible(!said.isEmpty());
}

void ExchangeDetail::applyLook()
{
    const Colours colours = coloursOf(palette());
    m_close->setIcon(tintedIcon(QStringLiteral(":/icons/close.svg"), colours.text2));
    m_title->setFont(metrics::title(font()));
    m_timelineTitle->setFont(metrics::sectionTitle(font()));
    for (QLabel *label : {m_origin, m_attemptCount}) {
        label->setFont(metrics::caption(font()));
        colour(label, colours.text3);
    }
    for (const auto &[name, value] : std::as_const(m_factLabels)) {
        name->setFont(metrics::caption(font()));
        colour(name, colours.text3);
    }
    for (SaidBox *box : std::as_const(m_saidBoxes))
        box->applyLook();
    m_arranged.reset();
    arrange();
}

void ExchangeDetail::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    arrange();
    fitEndpoint();
}

void ExchangeDetail::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() != QEvent::FontChange && event->type() != QEvent::PaletteChange && event->type() != QEvent::StyleChange)
        return;
    applyLook();
    present();
}

} // namespace qcc
