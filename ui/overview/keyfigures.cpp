#include "ui/overview/keyfigures.h"

#include "ui/model/words.h"
#include "ui/widgets/plaintext.h"
#include "ui/widgets/theme.h"

#include <QEvent>
#include <QGridLayout>
#include <QLabel>
#include <QLocale>

namespace qcc {

namespace {

constexpr double goodPercent = 99;
constexpr double poorPercent = 90;

/// Neutral where there is nothing to point at.
Meaning meaningOf(std::optional<double> successRate)
{
    if (!successRate || *successRate >= goodPercent)
        return Meaning::Neutral;
    return *successRate < poorPercent ? Meaning::Failure : Meaning::Warning;
}

QString requestsOf(qint64 count)
{
    return count == 1 ? KeyFigures::tr("1 request") : KeyFigures::tr("%1 requests").arg(QLocale().toString(count));
}

QString successCaption(const ProxyView &view)
{
    if (!view.successRate)
        return KeyFigures::tr("success, last hour");
    const QString count = requestsOf(view.figures.lastHourCounted);
    const QString caption = KeyFigures::tr("success, last hour · %1", "number of requests").arg(count);
    const Meaning meaning = meaningOf(view.successRate);
    // The colour of the number says no more than this mark.
    return meaning == Meaning::Neutral ? caption : QStringLiteral("%1 %2").arg(Words::markOf(meaning), caption);
}

QString inFlightCaption(const ProxyView &view)
{
    if (view.figures.poolQueued == 0)
        return KeyFigures::tr("in flight");
    return KeyFigures::tr("in flight · %1 queued").arg(QLocale().toString(view.figures.poolQueued));
}

} // namespace

KeyFigures::KeyFigures(QWidget *parent)
    : QWidget(parent)
{
    auto *grid = new QGridLayout(this);
    grid->setContentsMargins(0, 0, 0, 0);
    grid->setHorizontalSpacing(metrics::edge);
    grid->setVerticalSpacing(0);
    int column = 0;
    for (Figure *figure : {&m_success, &m_inFlight, &m_firstByte, &m_reused}) {
        figure->number = new TextLabel;
        figure->number->setAlignment(Qt::AlignLeft | Qt::AlignBottom);
        figure->caption = new TextLabel;
        figure->caption->setAlignment(Qt::AlignLeft | Qt::AlignTop);
        figure->caption->setWordWrap(true);
        grid->addWidget(figure->number, 0, column);
        grid->addWidget(figure->caption, 1, column);
        grid->setColumnStretch(column, column == 0 ? 5 : 3);
        ++column;
    }
    applyLooks();
    setView(m_view);
}

void KeyFigures::setView(const ProxyView &view)
{
    const bool otherColour = meaningOf(view.successRate) != meaningOf(m_view.successRate);
    m_view = view;
    const bool serves = view.serves();
    const ProxyFigures &figures = view.figures;
    const QString none = Words::none();
    put(m_success, serves && view.successRate ? Words::percent(*view.successRate) : none, successCaption(view));
    put(m_inFlight, serves ? QLocale().toString(view.inFlight) : none, inFlightCaption(view));
    put(m_firstByte, figures.firstByte.p50 > 0 ? Words::duration(figures.firstByte.p50) : none, tr("first byte p50, since start"));
    put(m_reused, figures.reusedPercent ? Words::percent(*figures.reusedPercent) : none, tr("connections reused"));
    if (otherColour)
        applyLooks();
}

void KeyFigures::put(const Figure &figure, const QString &number, const QString &caption)
{
    if (figure.number->text() == number && figure.caption->text() == caption)
        return;
    figure.number->setText(number);
    figure.caption->setText(caption);
    figure.number->setAccessibleName(tr("%1 %2", "number, what it is").arg(number, caption));
}

void KeyFigures::applyLooks()
{
    const QFont big = metrics::bigFigure(font());
    const QFont normal = metrics::figure(font());
    QPalette quiet = palette();
    quiet.setColor(QPalette::WindowText, colourOf(Meaning::Neutral, palette()));
    for (const Figure &figure : {m_success, m_inFlight, m_firstByte, m_reused}) {
        figure.number->setFont(normal);
        // The numbers stand on one line, whatever their size.
        figure.number->setContentsMargins(0, 0, 0, QFontMetrics(big).descent() - QFontMetrics(normal).descent());
        figure.caption->setFont(metrics::caption(font()));
        figure.caption->setPalette(quiet);
    }
    m_success.number->setFont(big);
    m_success.number->setContentsMargins({});
    QPalette colours = palette();
    if (const Meaning meaning = meaningOf(m_view.successRate); meaning != Meaning::Neutral)
        colours.setColor(QPalette::WindowText, colourOf(meaning, palette()));
    m_success.number->setPalette(colours);
}

void KeyFigures::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange)
        applyLooks();
}

} // namespace qcc
