#include "ui/window/findingcard.h"

#include "ui/model/words.h"
#include "ui/widgets/plaintext.h"
#include "ui/widgets/shapes.h"
#include "ui/window/findingwords.h"

#include <QClipboard>
#include <QEvent>
#include <QFontDatabase>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QToolButton>

#include <algorithm>
#include <array>

namespace qcc {

using namespace Qt::StringLiterals;

namespace {

constexpr int markSize = 12;
constexpr int lineGap = 2;   ///< From what was found to the next step.
constexpr int leastMargin = 7; ///< Above and below the words.
constexpr int copySide = 24;
constexpr int iconSide = 16;
constexpr qsizetype longestRun = 40;
constexpr qsizetype shortestRun = 28;
constexpr char16_t mayBreak = 0x200b;
constexpr char16_t firstHan = 0x2e80; ///< From here on a line may break before any letter.

/// `text` with places where a path, a name or an address that is too long for a line may break.
QString breakable(const QString &text)
{
    QString result;
    qsizetype run = 0;
    for (const QChar c : text) {
        // Behind these a line may break anyhow.
        run = c.isSpace() || c.unicode() >= firstHan || c == u'/' || c == u'-' ? 0 : run + 1;
        result += c;
        if (run >= longestRun || (run >= shortestRun && "?&=,_.:"_L1.contains(c))) {
            result += mayBreak;
            run = 0;
        }
    }
    return result;
}

/// What stands between the "`" of a next step.
QStringList commandsIn(const QString &step)
{
    QStringList commands;
    const QStringList parts = step.split(u'`');
    for (qsizetype i = 1; i + 1 < parts.size(); i += 2)
        commands.append(parts.at(i));
    return commands;
}

/// In fixed pitch what can be typed.
QString html(const QString &step, const QColor &ink)
{
    const QString family = QFontDatabase::systemFont(QFontDatabase::FixedFont).family().toHtmlEscaped();
    const QStringList parts = step.split(u'`');
    QString html;
    for (qsizetype i = 0; i < parts.size(); ++i) {
        const QString part = breakable(parts.at(i)).toHtmlEscaped();
        // What has no end is no command.
        const bool isCommand = i % 2 == 1 && i + 1 < parts.size();
        html += isCommand ? u"<span style=\"font-family:'%1'; color:%2\">%3</span>"_s.arg(family, ink.name(), part) : part;
    }
    return html;
}

class FindingRow : public QWidget
{
public:
    FindingRow(const Finding &finding, int labelWidth)
        : m_verdict(verdictOf(finding.kind))
        , m_step(FindingWords::nextStep(finding))
        , m_label(new TextLabel(FindingWords::label(finding)))
        , m_sentence(new TextLabel)
    {
        const QString sentence = FindingWords::sentence(finding);
        setAccessibleName(u"%1, %2"_s.arg(m_label->text(), FindingWords::of(m_verdict)));
        auto *mark = new MarkLabel(markSize);
        mark->setMeaning(FindingWords::meaningOf(m_verdict));
        m_markColumn->addSpacing((fontMetrics().height() - markSize) / 2);
        m_markColumn->addWidget(mark);
        m_markColumn->addStretch();
        m_label->setFixedWidth(labelWidth);
        m_label->setAlignment(Qt::AlignTop);

        auto *words = new QVBoxLayout;
        words->setSpacing(lineGap);
        words->addWidget(m_sentence);
        setWords(m_sentence, breakable(sentence), sentence);
        // The mark is drawn, and says nothing to a screen reader.
        m_sentence->setAccessibleName(u"%1: %2"_s.arg(FindingWords::of(m_verdict), sentence));
        if (!m_step.isEmpty())
            words->addWidget(m_next = new HtmlLabel);

        auto *row = new QHBoxLayout(this);
        const QStringList commands = commandsIn(m_step);
        const bool hasCopy = commands.size() == 1;
        // With one line it is as high as rows are.
        const int margin = std::max(leastMargin, (tokens::size::row - fontMetrics().height()) / 2);
        row->setContentsMargins(metrics::edge, margin, hasCopy ? metrics::edge - (copySide - iconSide) / 2 : metrics::edge, margin);
        row->setSpacing(tokens::space::markToText);
        row->addLayout(m_markColumn);
        row->addWidget(m_label, 0, Qt::AlignTop);
        row->addLayout(words, 1);
        if (hasCopy)
            row->addWidget(copyButton(commands.constFirst()), 0, Qt::AlignVCenter);
        applyLooks();
    }

protected:
    void changeEvent(QEvent *event) override
    {
        QWidget::changeEvent(event);
        if (event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange)
            applyLooks();
    }

private:
    /// `shown` is `text` with places where it may break, which nobody wants in what is copied.
    static void setWords(QLabel *label, const QString &shown, const QString &text)
    {
        label->setText(shown);
        label->setWordWrap(true);
        if (!shown.contains(QChar(mayBreak)))
            label->setTextInteractionFlags(Qt::TextSelectableByMouse);
        label->setAccessibleName(text);
    }

    QToolButton *copyButton(const QString &command)
    {
        m_copy = new QToolButton;
        m_copy->setAutoRaise(true);
        m_copy->setFixedSize(copySide, copySide);
        m_copy->setIconSize({iconSide, iconSide});
        m_copy->setFocusPolicy(Qt::StrongFocus);
        setPlainToolTip(m_copy, FindingWords::copyCommand());
        m_copy->setAccessibleName(u"%1: %2"_s.arg(FindingWords::copyCommand(), command));
        QObject::connect(m_copy, &QToolButton::clicked, this, [command] { QGuiApplication::clipboard()->setText(command); });
        return m_copy;
    }

    void applyLooks()
    {
        const Colours colours = coloursOf(palette());
        const auto colour = [this](QWidget *label, const QColor &ink) {
            QPalette inks = palette();
            inks.setColor(QPalette::WindowText, ink);
            label->setPalette(inks);
        };
        colour(m_label, colours.text2);
        const bool isWrong = m_verdict == Verdict::Problem || m_verdict == Verdict::Warning;
        colour(m_sentence, isWrong ? colours.of(FindingWords::meaningOf(m_verdict)).text : m_verdict == Verdict::Ok ? colours.text : colours.text3);
        if (m_next) {
            colour(m_next, colours.text2);
            m_next->setFont(metrics::caption(font()));
            setWords(m_next, html(m_step, colours.text), QString(m_step).remove(u'`'));
            // Few are there, so that each may take the focus.
            if (m_next->textInteractionFlags() & Qt::TextSelectableByMouse)
                m_next->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
        }
        if (m_copy)
            m_copy->setIcon(tintedIcon(u":/icons/copy.svg"_s, colours.text2));
    }

    const Verdict m_verdict;
    const QString m_step;
    QVBoxLayout *m_markColumn = new QVBoxLayout;
    QLabel *m_label;
    QLabel *m_sentence;
    QLabel *m_next = nullptr;      ///< Null where there is nothing to do.
    QToolButton *m_copy = nullptr; ///< Likewise where it is not one command.
};

} // namespace

FindingCard::FindingCard(const QList<Finding> &findings, int labelWidth, QWidget *parent)
    : QWidget(parent)
{
    const Finding &first = findings.constFirst();
    const QString name = FindingWords::heading(first);
    auto *heading = new TextLabel(Words::shortName(name));
    heading->setFont(metrics::sectionTitle(heading->font()));
    heading->setAccessibleName(name);
    if (heading->text() != name)
        setPlainToolTip(heading, name);
    setAccessibleName(name);
    auto *card = new RowsCard;
    for (const Finding &finding : findings)
        card->add(new FindingRow(finding, labelWidth));
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(metrics::unit);
    column->addWidget(heading);
    column->addWidget(card);
}

int FindingCard::labelWidthOf(const QList<Finding> &findings, const QFontMetrics &font)
{
    int width = 0;
    for (const Finding &finding : findings)
        width = std::max(width, font.horizontalAdvance(FindingWords::label(finding)));
    return width;
}

} // namespace qcc
