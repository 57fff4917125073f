#include "ui/requests/exchangedetail.h"

#include "ui/model/exchangetext.h"
#include "ui/model/words.h"
#include "ui/requests/attemptschart.h"
#include "ui/requests/chip.h"
#include "ui/requests/detailhtml.h"
#include "ui/requests/runningwords.h"
#include "ui/widgets/metrics.h"
#include "ui/widgets/plaintext.h"

#include <QClipboard>
#include <QEvent>
#include <QGuiApplication>
#include <QLabel>
#include <QPushButton>
#include <QScrollArea>
#include <QScrollBar>
#include <QStackedWidget>
#include <QVBoxLayout>

namespace qcc {

namespace {

QLabel *selectable(QLabel *label)
{
    label->setWordWrap(true);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    return label;
}

} // namespace

ExchangeDetail::ExchangeDetail(QWidget *parent)
    : QWidget(parent)
    , m_pages(new QStackedWidget)
    , m_nothing(new TextLabel(tr("Select a request to see its attempts and what was said of each failure.")))
    , m_title(new TextLabel)
    , m_outcome(new HtmlLabel)
    , m_copy(new QPushButton(tr("&Copy details")))
    , m_scroll(new QScrollArea)
    , m_request(selectable(new TextLabel))
    , m_facts(selectable(new HtmlLabel))
    , m_error(selectable(new HtmlLabel))
    , m_chart(new AttemptsChart)
    , m_attempts(selectable(new HtmlLabel))
{
    m_nothing->setAlignment(Qt::AlignCenter);
    m_nothing->setWordWrap(true);
    m_attempts->setAccessibleName(tr("What became of each attempt"));
    m_scroll->setAccessibleName(tr("Details of the request"));

    auto *head = new QHBoxLayout;
    head->setSpacing(metrics::unit);
    head->addWidget(m_title);
    head->addWidget(m_outcome, 1);
    head->addWidget(m_copy);

    auto *filled = new QWidget;
    auto *column = new QVBoxLayout(filled);
    column->setContentsMargins(metrics::edge, metrics::unit, metrics::edge, 0);
    column->setSpacing(metrics::half);
    column->addLayout(head);
    column->addWidget(createContent(), 1);
    m_pages->addWidget(m_nothing);
    m_pages->addWidget(filled);

    auto *whole = new QVBoxLayout(this);
    whole->setContentsMargins(0, 0, 0, 0);
    whole->addWidget(m_pages);
    connect(m_copy, &QPushButton::clicked, this, &ExchangeDetail::copy);
    applyFonts();
}

QWidget *ExchangeDetail::createContent()
{
    auto *content = new QWidget;
    auto *column = new QVBoxLayout(content);
    column->setContentsMargins(0, 0, metrics::unit, metrics::edge);
    column->setSpacing(metrics::half);
    column->addWidget(m_request);
    column->addWidget(m_facts);
    column->addWidget(m_error);
    column->addSpacing(metrics::unit);
    column->addWidget(m_chart);
    column->addSpacing(metrics::unit);
    column->addWidget(m_attempts);
    column->addStretch(1);
    m_scroll->setWidget(content);
    m_scroll->setWidgetResizable(true);
    m_scroll->setFrameShape(QFrame::NoFrame);
    m_scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    return m_scroll;
}

void ExchangeDetail::setRow(const ExchangeRowPtr &row, double ageMs)
{
    const bool isOther = !row || !m_row || row->number != m_row->number;
    if (row == m_row && (!row || row->finished() || qFuzzyCompare(ageMs, m_ageMs)))
        return;
    m_row = row;
    m_ageMs = ageMs;
    present();
    if (isOther)
        m_scroll->verticalScrollBar()->setValue(0);
}

void ExchangeDetail::copy()
{
    if (m_row && m_row->finished())
        QGuiApplication::clipboard()->setText(exchangeText(*m_row->finished()));
}

void ExchangeDetail::present()
{
    m_pages->setCurrentIndex(m_row ? 1 : 0);
    if (!m_row)
        return;
    m_copy->setEnabled(m_row->finished());
    setPlainToolTip(m_copy, m_row->finished() ? QString() : tr("Can be copied when the request has finished"));
    if (const ExchangeRecord *finished = m_row->finished())
        presentFinished(*finished);
    else
        presentRunning(*m_row->running());
}

void ExchangeDetail::presentFinished(const ExchangeRecord &exchange)
{
    const DetailHtml html(palette());
    const Meaning meaning = Words::meaningOf(exchange.outcome);
    m_title->setText(exchange.id());
    m_outcome->setText(html.marked(Words::markOf(meaning), meaning, ExchangeText::outcome(exchange)));
    m_request->setText(DetailHtml::breakable(QString::fromUtf8(exchange.method) + QLatin1Char(' ') + QString::fromUtf8(exchange.path)));
    m_facts->setText(html.facts(exchange));
    m_error->setText(html.marked(Words::markOf(meaning), meaning, exchange.error));
    m_error->setVisible(!exchange.error.isEmpty());
    m_chart->setExchange(exchange);
    m_chart->setVisible(!exchange.attempts.isEmpty());
    m_attempts->setText(html.attempts(exchange));
}

void ExchangeDetail::presentRunning(const RunningView &exchange)
{
    const DetailHtml html(palette());
    m_title->setText(exchange.id());
    m_outcome->setText(html.marked(runningMark(), Meaning::Neutral, RunningWords::of(exchange.state)));
    m_request->setText(DetailHtml::breakable(exchange.method + QLatin1Char(' ') + exchange.path));
    m_facts->setText(html.facts(exchange, m_ageMs));
    m_error->hide();
    m_chart->hide();
    m_attempts->setText(QStringLiteral("%1<br>%2").arg(RunningWords::explained(exchange.state).toHtmlEscaped(),
                                                       tr("The timeline comes when it has finished.").toHtmlEscaped()));
}

void ExchangeDetail::applyFonts()
{
    m_title->setFont(metrics::sectionTitle(font()));
}

void ExchangeDetail::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::FontChange)
        applyFonts();
    // The colours are in the texts.
    else if (event->type() == QEvent::PaletteChange)
        present();
}

} // namespace qcc
