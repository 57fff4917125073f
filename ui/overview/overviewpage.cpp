#include "ui/overview/overviewpage.h"

#include "ui/model/words.h"
#include "ui/overview/endpointtable.h"
#include "ui/overview/keyfigures.h"
#include "ui/overview/problemtable.h"
#include "ui/overview/timelinepanel.h"
#include "ui/overview/welcomepage.h"
#include "ui/widgets/messages.h"
#include "ui/widgets/plaintext.h"
#include "ui/widgets/theme.h"

#include <QEvent>
#include <QLabel>
#include <QLocale>
#include <QPushButton>
#include <QScrollArea>
#include <QStackedLayout>
#include <QVBoxLayout>

namespace qcc {

OverviewPage::OverviewPage(QWidget *parent)
    : QWidget(parent)
    , m_pages(new QStackedLayout(this))
{
    auto *scroll = new QScrollArea;
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setWidgetResizable(true);
    scroll->setFocusPolicy(Qt::NoFocus);
    scroll->setWidget(content());
    m_pages->addWidget(scroll);
    m_pages->addWidget(firstStart());
    m_pages->addWidget(brokenConfig());
    applyLooks();
    showView();
    showProblemHint();
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

QWidget *OverviewPage::stoppedHint()
{
    m_hint = new QWidget;
    m_hintText = new TextLabel;
    m_hintText->setWordWrap(true);
    auto *row = new QHBoxLayout(m_hint);
    row->setContentsMargins(0, 0, 0, metrics::edge);
    row->setSpacing(metrics::edge);
    row->addWidget(m_hintText, 1);
    return m_hint;
}

QLabel *OverviewPage::addTitle(QVBoxLayout &column, const QString &text)
{
    auto *title = new TextLabel(text);
    m_titles.append(title);
    column.addSpacing(metrics::edge);
    column.addWidget(title);
    column.addSpacing(metrics::half);
    return title;
}

QWidget *OverviewPage::content()
{
    m_warning = new TextLabel;
    m_warning->setWordWrap(true);
    m_warning->setContentsMargins(0, 0, 0, metrics::edge);
    m_figures = new KeyFigures;
    m_timeline = new TimelinePanel;
    m_latency = new LatencyTable;
    m_endpoints = new EndpointTable;
    m_noEndpoints = new TextLabel;
    m_noEndpoints->setWordWrap(true);
    m_problems = new ProblemTable;
    m_noProblems = new TextLabel(tr("None in this time. Requests that failed, or that were repaired, are listed here."));
    m_noProblems->setWordWrap(true);
    m_refused = new TextLabel;
    m_refused->setWordWrap(true);

    auto *page = new QWidget;
    auto *column = new QVBoxLayout(page);
    column->setContentsMargins(metrics::edge, metrics::edge, metrics::edge, metrics::edge);
    column->setSpacing(0);
    column->addWidget(stoppedHint());
    column->addWidget(m_warning);
    column->addWidget(m_figures);
    column->addSpacing(metrics::edge);
    column->addWidget(m_timeline);
    column->addSpacing(metrics::edge);
    column->addWidget(m_latency);
    m_endpointsTitle = addTitle(*column, tr("Endpoints"));
    m_endpointsTitle->setBuddy(m_endpoints);
    column->addWidget(m_endpoints);
    column->addWidget(m_noEndpoints);
    m_problemsTitle = addTitle(*column, tr("Last problems"));
    m_problemsTitle->setBuddy(m_problems);
    column->addWidget(m_problems);
    column->addWidget(m_noProblems);
    column->addSpacing(metrics::edge);
    column->addWidget(m_refused);
    column->addStretch(1);

    connect(m_timeline, &TimelinePanel::rangeChosen, this, &OverviewPage::rangeChosen);
    connect(m_endpoints, &EndpointTable::resetRequested, this, &OverviewPage::resetRequested);
    connect(m_endpoints, &EndpointTable::preferRequested, this, &OverviewPage::preferRequested);
    connect(m_problems, &ProblemTable::exchangeChosen, this, &OverviewPage::exchangeChosen);
    return page;
}

TimelineRange OverviewPage::range() const
{
    return m_timeline->range();
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
    m_figures->setView(m_view);
    m_timeline->setView(m_view);
    m_latency->setView(m_view);
    showRange();
    m_endpoints->setEndpoints(m_view.endpoints);

    m_hintText->setText(m_view.state == ProxyState::Starting ? tr("The proxy is starting…")
                        : m_view.state == ProxyState::Finishing
                            ? tr("The proxy takes no new requests, and ends when those that run have ended.")
                        : m_view.lacksConfig()
                            ? tr("The proxy is stopped. It cannot be started before config.json is corrected.")
                            : tr("The proxy is stopped. Clients that use %1 get no answer.").arg(m_view.address));
    m_hint->setVisible(!m_view.serves());
    m_noEndpoints->setText(m_view.cluster.isEmpty() ? tr("No cluster is in use, so that requests are refused. Choose one above.")
                           : m_view.serves()        ? tr("Cluster %1 has no endpoints.").arg(Words::shortName(m_view.cluster))
                                                    : tr("How each endpoint does is shown while the proxy runs."));
    m_endpoints->setVisible(!m_view.endpoints.isEmpty());
    m_noEndpoints->setVisible(m_view.endpoints.isEmpty());
    m_warning->setText(warningText(m_view.figures));
    m_warning->setVisible(!m_warning->text().isEmpty());
    m_refused->setText(refusedText(m_view.figures.refused));
    m_refused->setVisible(m_view.figures.refused.total() > 0);
}

QString OverviewPage::warningText(const ProxyFigures &figures)
{
    QStringList warnings;
    const auto warn = [&warnings](const QString &text) { warnings.append(Words::markOf(Meaning::Warning) + u' ' + text); };
    if (figures.stuckWorkers > 0)
        warn(tr("A part of the proxy hangs. If it stays so, stop the proxy and start it again."));
    if (figures.peersUnknown)
        warn(tr("This system does not tell which user a connection comes from. Set an access token under Settings to keep other "
                "users of this computer out."));
    return warnings.join(u'\n');
}

QString OverviewPage::refusedText(const RefusalCounts &refused)
{
    QStringList parts;
    const auto add = [&parts, &refused](Denial why, QString (*text)(int)) {
        if (refused[why] > 0)
            parts.append(text(static_cast<int>(refused[why])));
    };
    add(Denial::CrossSite, [](int n) { return tr("%n request(s) of web pages", nullptr, n); });
    add(Denial::Host, [](int n) { return tr("%n request(s) addressed to another name", nullptr, n); });
    add(Denial::Token, [](int n) { return tr("%n request(s) without the access token", nullptr, n); });
    add(Denial::User, [](int n) { return tr("%n connection(s) of other users", nullptr, n); });
    add(Denial::NoRoom, [](int n) { return tr("%n request(s) for want of memory or disk space", nullptr, n); });
    return tr("Not let in since the start: %1. The log tells more.").arg(QLocale().createSeparatedList(parts));
}

void OverviewPage::setTimeline(const TimelineView &timeline)
{
    m_range = timeline.range;
    m_timeline->setTimeline(timeline);
    m_figures->setTimeline(timeline);
    m_latency->setTimeline(timeline);
    showRange();
    m_endpoints->setTimelines(timeline.endpoints);
}

/// What time the figures of the endpoints are of stands beside their title.
void OverviewPage::showRange()
{
    m_endpointsTitle->setText(tr("Endpoints, %1", "what time their figures are of")
                                  .arg(Words::of(m_range, m_view.figures.startTime, QDateTime::currentDateTimeUtc())));
    // Those of earlier runs are among them, as in the chart.
    m_problemsTitle->setText(tr("Last problems, %1", "what time they are of").arg(Words::of(m_range, {}, {})));
}

void OverviewPage::setProblems(const QList<ExchangeRecord> &newestFirst)
{
    m_problems->setProblems(newestFirst, QDateTime::currentDateTimeUtc());
    m_anyProblem = !newestFirst.isEmpty();
    showProblemHint();
}

void OverviewPage::showProblemHint()
{
    m_problems->setVisible(m_anyProblem);
    m_noProblems->setVisible(!m_anyProblem);
}

void OverviewPage::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange)
        applyLooks();
}

void OverviewPage::applyLooks()
{
    for (QLabel *title : m_titles)
        title->setFont(metrics::sectionTitle(font()));
    QPalette quiet = palette();
    quiet.setColor(QPalette::WindowText, colourOf(Meaning::Neutral, palette()));
    for (QLabel *label : {m_hintText, m_noEndpoints, m_noProblems, m_refused})
        label->setPalette(quiet);
    QPalette loud = palette();
    loud.setColor(QPalette::WindowText, colourOf(Meaning::Warning, palette()));
    m_warning->setPalette(loud);
}

} // namespace qcc
