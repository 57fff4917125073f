#include "ui/overview/overviewpage.h"

#include "ui/model/words.h"
#include "ui/overview/connectionsline.h"
#include "ui/overview/endpointtable.h"
#include "ui/overview/figurestrip.h"
#include "ui/overview/problemtable.h"
#include "ui/overview/statesentence.h"
#include "ui/overview/timelinepanel.h"
#include "ui/overview/welcomepage.h"
#include "ui/widgets/messages.h"
#include "ui/widgets/plaintext.h"
#include "ui/widgets/shapes.h"

#include <QEvent>
#include <QGridLayout>
#include <QLabel>
#include <QPainter>
#include <QPushButton>
#include <QScrollArea>
#include <QStackedLayout>
#include <QTimeZone>

namespace qcc {

namespace {

constexpr int endpointShare = 17; ///< Of the width of two columns, to
constexpr int problemShare = 10;  ///< this.
constexpr int captionHeight = 28;

enum Row { Head, Figures, Endpoints, Chart, Problems, Connections };

/// Words that do something, without a box around them.
class LinkButton : public QAbstractButton
{
public:
    explicit LinkButton(const QString &text)
    {
        setText(text);
        setFocusPolicy(Qt::StrongFocus);
        setAttribute(Qt::WA_Hover);
        setCursor(Qt::PointingHandCursor);
        setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    }

    QSize sizeHint() const override { return QFontMetrics(metrics::caption(font())).size(Qt::TextShowMnemonic, text()); }

protected:
    void paintEvent(QPaintEvent *) override
    {
        QPainter painter(this);
        const Colours colours = coloursOf(palette());
        QFont small = metrics::caption(font());
        small.setUnderline(underMouse() || (hasFocus() && window()->testAttribute(Qt::WA_KeyboardFocusChange)));
        painter.setFont(small);
        painter.setPen(isEnabled() ? colours.accentText : colours.disabled);
        painter.drawText(rect(), Qt::AlignRight | Qt::AlignVCenter | Qt::TextShowMnemonic, text());
    }
};

std::chrono::system_clock::time_point timeOf(const QDateTime &when)
{
    return std::chrono::system_clock::time_point(std::chrono::milliseconds(when.toMSecsSinceEpoch()));
}

} // namespace

OverviewPage::OverviewPage(QWidget *parent)
    : QWidget(parent)
    , m_pages(new QStackedLayout(this))
{
    auto *scroll = new QScrollArea;
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setWidgetResizable(true);
    scroll->setFocusPolicy(Qt::NoFocus);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setWidget(content());
    m_pages->addWidget(scroll);
    m_pages->addWidget(firstStart());
    m_pages->addWidget(brokenConfig());
    connectParts();
    applyLooks();
    showView();
}

QWidget *OverviewPage::firstStart()
{
    m_welcome = new WelcomePage;
    connect(m_welcome, &WelcomePage::demoRequested, this, &OverviewPage::demoRequested);
    connect(m_welcome, &WelcomePage::importRequested, this, &OverviewPage::importRequested);
    connect(m_welcome, &WelcomePage::addEndpointRequested, this, &OverviewPage::addEndpointRequested);
    return m_welcome;
}

QWidget *OverviewPage::brokenConfig()
{
    m_broken = new EmptyState({}, {});
    connect(m_broken->addButton(tr("&Open file")), &QPushButton::clicked, this, &OverviewPage::openConfigRequested);
    return m_broken;
}

QWidget *OverviewPage::endpointSection()
{
    m_endpoints = new EndpointTable;
    auto *section = new QWidget;
    auto *column = new QVBoxLayout(section);
    column->setContentsMargins(0, metrics::edge, 0, 0);
    column->setSpacing(0);
    column->addWidget(new EndpointCaptions(*m_endpoints));
    column->addWidget(m_endpoints);
    column->addStretch(1);
    return section;
}

QWidget *OverviewPage::problemSection()
{
    m_problemsTitle = new TextLabel(tr("Last problems"));
    m_problems = new ProblemTable;
    m_problemsTitle->setBuddy(m_problems);
    m_allProblems = new LinkButton(tr("Show all"));
    m_allProblems->setAccessibleName(tr("Show all problems"));
    auto *section = new QWidget;
    auto *head = new QHBoxLayout;
    head->setContentsMargins(0, 0, 0, metrics::half);
    head->addWidget(m_problemsTitle, 1);
    head->addWidget(m_allProblems);
    auto *column = new QVBoxLayout(section);
    column->setContentsMargins(0, metrics::edge, 0, 0);
    column->setSpacing(0);
    column->addLayout(head);
    column->addWidget(m_problems);
    column->addStretch(1);
    return section;
}

QWidget *OverviewPage::content()
{
    m_sentence = new StateSentence;
    m_figures = new FigureStrip;
    m_endpointSection = endpointSection();
    m_timeline = new TimelinePanel;
    m_timeline->setContentsMargins(0, metrics::edge, 0, 0);
    m_problemSection = problemSection();
    m_connections = new ConnectionsLine;

    auto *page = new QWidget;
    m_grid = new QGridLayout(page);
    m_grid->setContentsMargins(tokens::space::margin, tokens::space::margin, tokens::space::margin, metrics::unit);
    m_grid->setHorizontalSpacing(tokens::space::margin);
    m_grid->setVerticalSpacing(0);
    m_grid->addWidget(m_sentence, Head, 0, 1, 2);
    auto *figures = new QVBoxLayout;
    figures->setContentsMargins(0, metrics::edge, 0, 0);
    figures->addWidget(m_figures);
    m_grid->addLayout(figures, Figures, 0, 1, 2);
    m_grid->addWidget(m_endpointSection, Endpoints, 0, 1, 2);
    m_grid->addWidget(m_timeline, Chart, 0, 1, 2);
    m_grid->addWidget(m_problemSection, Problems, 0, 1, 2);
    auto *connections = new QVBoxLayout;
    connections->setContentsMargins(0, metrics::half, 0, 0);
    connections->addWidget(m_connections);
    m_grid->addLayout(connections, Connections, 0, 1, 2);
    m_grid->setRowStretch(Chart, 1);
    return page;
}

void OverviewPage::connectParts()
{
    connect(m_sentence, &StateSentence::rangeChosen, this, &OverviewPage::rangeChosen);
    connect(m_sentence, &StateSentence::rangeChosen, m_timeline, &TimelinePanel::setRange);
    connect(m_sentence, &StateSentence::actionChosen, this, &OverviewPage::take);
    connect(m_figures, &FigureStrip::requestsWanted, this, &OverviewPage::requestsWanted);
    connect(m_figures, &FigureStrip::runningWanted, this, &OverviewPage::runningWanted);
    connect(m_endpoints, &EndpointTable::resetRequested, this, &OverviewPage::resetRequested);
    connect(m_endpoints, &EndpointTable::preferRequested, this, &OverviewPage::preferRequested);
    connect(m_endpoints, &EndpointTable::editRequested, this, &OverviewPage::editRequested);
    connect(m_endpoints, &EndpointTable::testRequested, this, &OverviewPage::testRequested);
    connect(m_endpoints->model(), &QAbstractItemModel::modelReset, this, &OverviewPage::fillProblems);
    connect(m_timeline, &TimelinePanel::bucketChosen, this, [this](const QDateTime &from, const QDateTime &to) {
        HistoryQuery query;
        query.from = timeOf(from);
        query.to = timeOf(to);
        Q_EMIT requestsWanted(query);
    });
    connect(m_timeline, &TimelinePanel::clientsWanted, this, &OverviewPage::clientsWanted);
    connect(m_timeline, &TimelinePanel::seriesChosen, this, &OverviewPage::wantSeries);
    connect(m_problems, &ProblemTable::exchangeChosen, this, &OverviewPage::exchangeChosen);
    connect(m_allProblems, &QAbstractButton::clicked, this, &OverviewPage::wantProblems);
}

TimelineRange OverviewPage::range() const
{
    return m_sentence->range();
}

void OverviewPage::setView(const ProxyView &view)
{
    if (view == m_view)
        return;
    m_view = view;
    showView();
}

void OverviewPage::showView()
{
    const bool isEmpty = m_view.clusters.isEmpty() && m_view.endpoints.isEmpty();
    m_pages->setCurrentIndex(!isEmpty ? 0 : m_view.configFault.isEmpty() ? 1 : 2);
    m_broken->setTexts(Words::configFaultTitle(), Words::configFaultText(m_view.configFault));
    showSentence();
    m_figures->setView(m_view);
    m_timeline->setView(m_view);
    m_connections->setView(m_view);
    m_endpoints->setEndpoints(m_view.endpoints, m_view.inOrder.contains(m_view.cluster));
    m_endpoints->setEmptyText(m_view.cluster.isEmpty() ? tr("The endpoints of the cluster in use are listed here.")
                              : m_view.serves()        ? tr("Cluster %1 has no endpoints.").arg(Words::shortName(m_view.cluster))
                                                       : tr("How each endpoint does is shown while the proxy runs."));
}

void OverviewPage::showSentence()
{
    m_sentence->setSentence(sentenceFor(m_view, m_shown, QDateTime::currentDateTimeUtc()));
}

void OverviewPage::setTimeline(const TimelineView &timeline)
{
    m_shown = timeline;
    m_timeline->setTimeline(timeline);
    m_figures->setTimeline(timeline);
    m_connections->setTimeline(timeline);
    m_endpoints->setTimelines(timeline.endpoints);
    showSentence();
}

void OverviewPage::setProblems(const QList<ExchangeRecord> &newestFirst)
{
    m_problems->setProblems(newestFirst, QDateTime::currentDateTimeUtc());
}

void OverviewPage::take(const Sentence::Action &action)
{
    switch (action.act) {
    case Sentence::Act::Start: Q_EMIT startRequested(); return;
    case Sentence::Act::UseCluster: Q_EMIT clusterChosen(action.cluster); return;
    case Sentence::Act::TestAll: Q_EMIT testRequested({}); return;
    case Sentence::Act::AddEndpoint: Q_EMIT addEndpointRequested(); return;
    case Sentence::Act::OpenConfig: Q_EMIT openConfigRequested(); return;
    }
}

void OverviewPage::wantSeries(Series series)
{
    HistoryQuery query;
    query.from = timeOf(m_shown.from);
    query.outcomes = TimelineSeries::outcomesOf(series);
    Q_EMIT requestsWanted(query);
}

void OverviewPage::wantProblems()
{
    HistoryQuery query;
    query.from = std::chrono::system_clock::now() - std::chrono::seconds(secondsOf(range()));
    query.outcomes = {Outcome::Recovered, Outcome::Error, Outcome::Truncated};
    Q_EMIT requestsWanted(query);
}

void OverviewPage::arrange()
{
    const bool isWide = width() >= twoColumns;
    if (isWide == m_isWide)
        return;
    m_isWide = isWide;
    m_grid->removeWidget(m_endpointSection);
    m_grid->removeWidget(m_problemSection);
    m_grid->addWidget(m_endpointSection, Endpoints, 0, 1, isWide ? 1 : 2);
    m_grid->addWidget(m_problemSection, isWide ? Endpoints : Problems, isWide ? 1 : 0, 1, isWide ? 1 : 2);
    m_grid->setColumnStretch(0, isWide ? endpointShare : 0);
    m_grid->setColumnStretch(1, isWide ? problemShare : 0);
    // Tab goes on as the eye does.
    QWidget *before = m_endpoints;
    if (!isWide) {
        before = m_connections->line();
        do
            before = before->previousInFocusChain();
        while (!(before->focusPolicy() & Qt::TabFocus) || before == m_problems || before == m_allProblems);
    }
    setTabOrder(before, m_allProblems);
    setTabOrder(m_allProblems, m_problems);
    fillProblems();
}

/// Beside the endpoints, the problems end where they do; below, as many are shown as the page has room for.
void OverviewPage::fillProblems()
{
    if (m_isWide) {
        m_problems->fill(m_endpoints->sizeHint().height());
        return;
    }
    const int others = m_grid->totalHeightForWidth(m_grid->parentWidget()->width()) - m_problems->sizeHint().height();
    m_problems->fit(height() - others);
}

void OverviewPage::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    arrange();
    fillProblems();
}

void OverviewPage::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange)
        applyLooks();
}

void OverviewPage::applyLooks()
{
    m_problemsTitle->setFont(metrics::sectionTitle(font()));
    m_problemsTitle->setMinimumHeight(captionHeight - metrics::half);
    fillProblems();
}

} // namespace qcc
