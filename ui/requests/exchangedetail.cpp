#include "ui/requests/exchangedetail.h"

#include "ui/model/exchangetext.h"
#include "ui/model/words.h"
#include "ui/requests/attemptschart.h"
#include "ui/requests/exchangedelegate.h"
#include "ui/requests/exchangerow.h"
#include "ui/widgets/plaintext.h"
#include "ui/widgets/theme.h"

#include <QClipboard>
#include <QEvent>
#include <QGuiApplication>
#include <QLabel>
#include <QPushButton>
#include <QScrollArea>
#include <QScrollBar>
#include <QStackedWidget>
#include <QStringList>
#include <QVBoxLayout>

namespace qcc {

namespace {

constexpr int longestWord = 48;

QString started(const QDateTime &when)
{
    return Words::timeOfDay(when, QDateTime::currentDateTimeUtc());
}

QString joined(QStringList facts)
{
    facts.removeAll(QString());
    return facts.join(QStringLiteral("&nbsp;&nbsp;&nbsp;&nbsp; "));
}

} // namespace

QString DetailHtml::breakable(const QString &text)
{
    QString broken;
    int run = 0;
    for (const QChar letter : text) {
        run = letter.isLetterOrNumber() || letter.isLowSurrogate() ? run + 1 : 0;
        if (run > longestWord && !letter.isLowSurrogate()) {
            broken += QChar(0x200b);
            run = 1;
        }
        broken += letter;
    }
    return broken;
}

DetailHtml::DetailHtml(const QPalette &palette)
    : m_palette(palette)
{
}

QString DetailHtml::colour(Meaning meaning) const
{
    return colourOf(meaning, m_palette).name();
}

QString DetailHtml::marked(const QString &mark, Meaning meaning, const QString &text) const
{
    return QStringLiteral("<span style=\"color:%1\">%2</span>&nbsp;%3").arg(colour(meaning), mark, breakable(text).toHtmlEscaped());
}

QString DetailHtml::fact(const QString &name, const QString &value) const
{
    if (value.isEmpty())
        return {};
    const auto unbroken = [](const QString &text) { return text.toHtmlEscaped().replace(QLatin1Char(' '), QStringLiteral("&nbsp;")); };
    return QStringLiteral("<span style=\"color:%1\">%2</span>&nbsp;%3").arg(colour(Meaning::Neutral), unbroken(name), unbroken(value));
}

QString DetailHtml::facts(const ExchangeRecord &exchange) const
{
    QStringList facts{fact(tr("Started"), started(exchange.startedAt)),
                      fact(tr("First byte"), Words::durationOrNone(exchange.firstByteMs)),
                      fact(tr("Total"), Words::duration(exchange.totalMs)),
                      fact(tr("Model"), exchange.model),
                      fact(tr("Client"), exchange.client),
                      fact(tr("Cluster"), exchange.cluster)};
    if (exchange.inputTokens || exchange.outputTokens)
        facts << fact(tr("Tokens"), ExchangeText::tokens(exchange.inputTokens, exchange.outputTokens));
    facts << fact(tr("Request"), ExchangeText::bytes(exchange.requestBytes))
          << fact(tr("Answer"), ExchangeText::bytes(exchange.answerBytes));
    return joined(facts);
}

QString DetailHtml::facts(const RunningView &exchange, double ageMs) const
{
    return joined({fact(tr("Started"), started(exchange.startedAt)),
                   fact(tr("Age"), Words::duration(ageMs)),
                   fact(tr("First byte"), Words::durationOrNone(exchange.firstByteMs)),
                   fact(tr("Model"), exchange.model),
                   fact(tr("Client"), exchange.client),
                   fact(tr("Cluster"), exchange.cluster),
                   fact(tr("Answer"), ExchangeText::bytes(exchange.answerBytes))});
}

QString DetailHtml::attempts(const ExchangeRecord &exchange) const
{
    QString rows;
    for (qsizetype i = 0; i < exchange.attempts.size(); ++i) {
        const AttemptRecord &attempt = exchange.attempts.at(i);
        const Meaning meaning = ExchangeText::meaningOf(attempt.failure);
        QStringList lines{ExchangeText::facts(attempt).join(QStringLiteral(" · ")).toHtmlEscaped()};
        const QStringList errors = ExchangeText::errors(attempt);
        for (const QString &error : errors)
            lines << breakable(error).toHtmlEscaped();
        rows += QStringLiteral("<tr><td style=\"color:%1;padding-right:6px\">%2</td>"
                               "<td style=\"padding-right:16px;white-space:nowrap\">%3.&nbsp;%4</td>"
                               "<td width=\"100%\" style=\"padding-bottom:6px\">%5</td></tr>")
                    .arg(colour(meaning), Words::markOf(meaning), QString::number(i + 1),
                         ExchangeText::endpoint(attempt).toHtmlEscaped(), lines.join(QStringLiteral("<br>")));
    }
    if (rows.isEmpty())
        return tr("No endpoint was asked.").toHtmlEscaped();
    return QStringLiteral("<table cellspacing=\"0\" cellpadding=\"0\" width=\"100%\">%1</table>").arg(rows);
}

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
    const bool isOther = !row || !m_row || row->key != m_row->key;
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
    ExchangeRecord soFar = exchange.soFar(m_ageMs);
    m_chart->setExchange(soFar, exchange.current.has_value());
    m_chart->setVisible(!soFar.attempts.isEmpty());
    soFar.attempts = exchange.tried;
    const QString explained = RunningWords::explained(exchange.state).toHtmlEscaped();
    m_attempts->setText(exchange.tried.isEmpty() ? explained : html.attempts(soFar) + explained);
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
