#include "ui/overview/statesentence.h"

#include "ui/widgets/controls.h"
#include "ui/widgets/plaintext.h"
#include "ui/widgets/shapes.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QPushButton>

namespace qcc {

namespace {

constexpr int markSize = 16;
constexpr int leastBeside = 640; ///< Width with room for the buttons beside the words.
constexpr int markTop = 5; ///< In the middle of the title's line of 24.

} // namespace

StateSentence::StateSentence(QWidget *parent)
    : QWidget(parent)
    , m_mark(new MarkLabel(markSize))
    , m_title(new TextLabel)
    , m_text(new TextLabel)
    , m_warnings(new TextLabel)
    , m_actions(new QWidget)
    , m_words(new QVBoxLayout)
    , m_tools(new QHBoxLayout)
    , m_range(new Segments({tr("1 h"), tr("24 h"), tr("7 d")}))
{
    const QStringList names{tr("The last hour"), tr("The last 24 hours"), tr("The last 7 days")};
    for (int i = 0; i < names.size(); ++i) {
        m_range->button(i)->setAccessibleName(names.at(i));
        setPlainToolTip(m_range->button(i), names.at(i));
    }
    for (QLabel *label : {m_title, m_text, m_warnings}) {
        label->setWordWrap(true);
        label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    }
    m_warnings->hide();

    auto *mark = new QVBoxLayout;
    mark->setContentsMargins(1, markTop, 1, 0);
    mark->addWidget(m_mark);
    mark->addStretch();
    m_words->setSpacing(1);
    m_words->addWidget(m_title);
    m_words->addWidget(m_text);
    m_words->addWidget(m_warnings);
    auto *words = new QVBoxLayout;
    words->addLayout(m_words);
    words->addStretch();
    auto *buttons = new QHBoxLayout(m_actions);
    buttons->setContentsMargins(0, 0, 0, 0);
    buttons->setSpacing(metrics::unit);
    buttons->addStretch();
    m_actions->hide();
    auto *tools = new QVBoxLayout;
    m_tools->setSpacing(metrics::edge);
    m_tools->addWidget(m_actions);
    m_tools->addWidget(m_range);
    tools->setContentsMargins(0, 7, 0, 0);
    tools->addLayout(m_tools);
    tools->addStretch();
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(tokens::space::markToText);
    row->addLayout(mark);
    row->addLayout(words, 1);
    row->addLayout(tools);
    QSizePolicy policy(QSizePolicy::Preferred, QSizePolicy::Preferred);
    policy.setHeightForWidth(true);
    setSizePolicy(policy);

    connect(m_range, &Segments::chosen, this, [this](int index) { Q_EMIT rangeChosen(static_cast<TimelineRange>(index)); });
    applyLooks();
}

TimelineRange StateSentence::range() const
{
    return static_cast<TimelineRange>(m_range->current());
}

void StateSentence::setSentence(const Sentence &sentence)
{
    if (sentence == m_sentence)
        return;
    const bool otherActions = sentence.actions != m_sentence.actions;
    m_sentence = sentence;
    m_mark->setMeaning(sentence.meaning);
    m_title->setText(sentence.title);
    m_text->setText(sentence.text);
    m_warnings->setText(sentence.warnings.join(u'\n'));
    m_warnings->setVisible(!sentence.warnings.isEmpty());
    if (otherActions)
        showActions();
}

void StateSentence::showActions()
{
    for (QPushButton *button : std::as_const(m_buttons)) {
        // Its click may be what brought the new sentence.
        button->hide();
        button->deleteLater();
    }
    m_buttons.clear();
    int place = 0;
    for (const Sentence::Action &action : std::as_const(m_sentence.actions)) {
        auto *button = new QPushButton(action.text);
        button->setAutoDefault(false);
        button->setDefault(&action == &m_sentence.actions.constLast());
        connect(button, &QPushButton::clicked, this, [this, action] { Q_EMIT actionChosen(action); });
        static_cast<QHBoxLayout *>(m_actions->layout())->insertWidget(place++, button);
        m_buttons.append(button);
        // Else it would come with the next event, and Tab would miss it until then.
        button->show();
    }
    m_actions->setVisible(!m_buttons.isEmpty());
    arrange();
}

/// Where there is little room, the buttons stand below the words.
void StateSentence::arrange()
{
    const bool below = width() < leastBeside;
    if (below == (m_words->indexOf(m_actions) >= 0))
        return;
    m_actions->layout()->setContentsMargins(0, below ? metrics::unit : 0, 0, 0);
    if (below) {
        m_tools->removeWidget(m_actions);
        m_words->addWidget(m_actions);
    } else {
        m_words->removeWidget(m_actions);
        m_tools->insertWidget(0, m_actions);
    }
}

void StateSentence::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    arrange();
}

void StateSentence::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange || event->type() == QEvent::StyleChange)
        applyLooks();
}

void StateSentence::applyLooks()
{
    const Colours colours = coloursOf(palette());
    m_title->setFont(metrics::title(font()));
    QPalette quiet = palette();
    quiet.setColor(QPalette::WindowText, colours.text2);
    m_text->setPalette(quiet);
    QPalette loud = palette();
    loud.setColor(QPalette::WindowText, colours.of(Meaning::Warning).text);
    m_warnings->setPalette(loud);
    const int least = QFontMetrics(m_title->font()).height() + 1 + fontMetrics().height();
    setMinimumHeight(std::max(44, least));
}

} // namespace qcc
