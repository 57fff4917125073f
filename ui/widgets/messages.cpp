#include "ui/widgets/messages.h"

#include "ui/model/words.h"
#include "ui/widgets/plaintext.h"
#include "ui/widgets/theme.h"

#include <QClipboard>
#include <QEvent>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QStyle>
#include <QToolButton>

#include <utility>

namespace qcc {

namespace {

constexpr int textWidthInChars = 60;

} // namespace

EmptyState::EmptyState(const QString &title, const QString &text, QWidget *parent)
    : QWidget(parent)
    , m_title(new TextLabel)
    , m_text(new TextLabel)
    , m_buttons(new QHBoxLayout)
{
    for (QLabel *label : {m_title, m_text}) {
        label->setAlignment(Qt::AlignHCenter);
    }
    m_text->setWordWrap(true);
    m_buttons->setSpacing(metrics::unit);
    m_buttons->addStretch();
    m_buttons->addStretch();

    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(metrics::edge, metrics::edge, metrics::edge, metrics::edge);
    column->setSpacing(metrics::unit);
    column->addStretch(2);
    column->addWidget(m_title);
    // Centred by stretches: with an alignment the layout would not ask how high the wrapped text is.
    auto *textRow = new QHBoxLayout;
    textRow->addStretch();
    textRow->addWidget(m_text);
    textRow->addStretch();
    column->addLayout(textRow);
    column->addSpacing(metrics::unit);
    column->addLayout(m_buttons);
    column->addStretch(3);
    setTexts(title, text);
    applyFonts();
}

void EmptyState::setTexts(const QString &title, const QString &text)
{
    m_title->setText(title);
    m_text->setText(text);
}

QPushButton *EmptyState::addButton(const QString &text)
{
    auto *button = new QPushButton(text);
    button->setDefault(m_buttons->count() == 2);
    m_buttons->insertWidget(m_buttons->count() - 1, button);
    return button;
}

void EmptyState::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::FontChange)
        applyFonts();
}

void EmptyState::applyFonts()
{
    m_title->setFont(metrics::sectionTitle(font()));
    m_text->setFixedWidth(fontMetrics().averageCharWidth() * textWidthInChars);
}

MessageBar::MessageBar(QWidget *parent)
    : QFrame(parent)
    , m_mark(new TextLabel)
    , m_text(new TextLabel)
    , m_action(new QPushButton)
    , m_close(new QToolButton)
{
    setFrameShape(QFrame::StyledPanel);
    setAutoFillBackground(true);
    setBackgroundRole(QPalette::Base);
    m_text->setWordWrap(true);
    m_text->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    m_close->setAutoRaise(true);
    m_close->setIcon(style()->standardIcon(QStyle::SP_TitleBarCloseButton));
    setPlainToolTip(m_close, tr("Close this message"));
    m_close->setAccessibleName(m_close->toolTip());

    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(metrics::unit, metrics::half, metrics::half, metrics::half);
    row->setSpacing(metrics::unit);
    row->addWidget(m_mark);
    row->addWidget(m_text, 1);
    row->addWidget(m_action);
    row->addWidget(m_close);

    m_time.setSingleShot(true);
    m_time.setInterval(undoTime);
    connect(&m_time, &QTimer::timeout, this, &MessageBar::dismiss);
    connect(m_close, &QToolButton::clicked, this, &MessageBar::dismiss);
    connect(m_action, &QPushButton::clicked, this, [this] {
        if (m_kind == Kind::Problem) {
            QGuiApplication::clipboard()->setText(m_text->text());
            return;
        }
        const auto undo = std::exchange(m_undo, {});
        dismiss();
        if (undo)
            undo();
    });
    hide();
}

void MessageBar::showProblem(const QString &text)
{
    m_undo = {};
    m_time.stop();
    m_action->setText(tr("&Copy"));
    m_action->show();
    present(Kind::Problem, text);
}

void MessageBar::showDone(const QString &text, std::function<void()> undo)
{
    m_undo = std::move(undo);
    m_action->setText(tr("&Undo"));
    m_action->setVisible(bool(m_undo));
    m_time.start();
    present(Kind::Done, text);
}

void MessageBar::dismiss()
{
    m_time.stop();
    m_undo = {};
    m_kind = Kind::None;
    hide();
}

QString MessageBar::text() const
{
    return m_kind == Kind::None ? QString() : m_text->text();
}

void MessageBar::present(Kind kind, const QString &text)
{
    m_kind = kind;
    m_text->setText(text);
    setAccessibleName(text);
    colourMark();
    show();
}

void MessageBar::colourMark()
{
    const Meaning meaning = m_kind == Kind::Problem ? Meaning::Failure : Meaning::Success;
    m_mark->setText(Words::markOf(meaning));
    QPalette colours = palette();
    colours.setColor(QPalette::WindowText, colourOf(meaning, colours));
    m_mark->setPalette(colours);
}

void MessageBar::changeEvent(QEvent *event)
{
    QFrame::changeEvent(event);
    if (event->type() == QEvent::PaletteChange)
        colourMark();
}

} // namespace qcc
