#include "ui/widgets/messages.h"

#include "ui/widgets/motion.h"
#include "ui/widgets/plaintext.h"
#include "ui/widgets/shapes.h"

#include <QAbstractScrollArea>
#include <QAccessible>
#include <QClipboard>
#include <QCursor>
#include <QEvent>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QStyleHints>
#include <QToolButton>

#include <algorithm>
#include <initializer_list>
#include <utility>

namespace qcc {

namespace {

constexpr int textWidthInChars = 60;
constexpr int least = 40; ///< Height of a message.
constexpr int narrowest = 320;

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
    applyFonts();
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
    m_title->setFont(metrics::strong(metrics::sectionTitle(font()), m_title->text()));
    m_text->setFixedWidth(fontMetrics().averageCharWidth() * textWidthInChars);
}

MessageBar::MessageBar(QWidget *window, QWidget *area)
    : QFrame(window)
    , m_area(area)
    , m_mark(new MarkLabel)
    , m_text(new TextLabel)
    , m_action(new QPushButton)
    , m_close(new QToolButton)
{
    setBackgroundRole(QPalette::Base);
    m_text->setWordWrap(true);
    m_text->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    m_close->setAutoRaise(true);
    setPlainToolTip(m_close, tr("Close this message"));
    m_close->setAccessibleName(m_close->toolTip());

    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(tokens::space::markToText, metrics::half, metrics::unit, metrics::half);
    row->setSpacing(metrics::unit);
    row->addWidget(m_mark);
    row->addWidget(m_text, 1);
    row->addWidget(m_action);
    row->addWidget(m_close);

    m_time.setSingleShot(true);
    connect(&m_time, &QTimer::timeout, this, &MessageBar::dismiss);
    m_clearing.setSingleShot(true);
    connect(&m_clearing, &QTimer::timeout, this, &MessageBar::showNext);
    connect(m_close, &QToolButton::clicked, this, [this] {
        if (m_changed.hasExpired())
            dismiss();
    });
    connect(m_action, &QPushButton::clicked, this, [this] {
        if (!m_changed.hasExpired())
            return;
        const auto act = m_shown.act;
        if (m_shown.kind == Kind::Done)
            dismiss();
        else if (!act)
            QGuiApplication::clipboard()->setText(m_text->text());
        if (act)
            act();
    });
    m_area->installEventFilter(this);
    appearSoftly(*this);
    hide();
}

void MessageBar::showProblem(const QString &text, const QString &stepText, std::function<void()> step)
{
    take({Kind::Problem, text, std::move(step), stepText});
}

void MessageBar::showDone(const QString &text, std::function<void()> undo)
{
    take({Kind::Done, text, std::move(undo)});
}

void MessageBar::take(const Message &message)
{
    const auto isOutdone = [&message](const Message &other) {
        return other.kind == message.kind && (other.kind == Kind::Done || other.text == message.text);
    };
    m_waiting.removeIf(isOutdone);
    if (isOutdone(m_shown)) {
        present(message);
        return;
    }
    if (m_shown.kind == Kind::None && !m_clearing.isActive()) {
        present(message);
        return;
    }
    if (m_shown.kind == Kind::Done) {
        m_shown.left = std::max<std::chrono::milliseconds>(m_time.remainingTimeAsDuration(), leastTime);
        wait(m_shown);
        present(message);
        m_changed.setRemainingTime(QGuiApplication::styleHints()->mouseDoubleClickInterval());
        return;
    }
    wait(message);
}

void MessageBar::wait(const Message &message)
{
    const auto done = std::ranges::find(m_waiting, Kind::Done, &Message::kind);
    m_waiting.insert(message.kind == Kind::Problem ? done : m_waiting.end(), message);
    if (m_waiting.size() > mostWaiting)
        m_waiting.removeFirst();
}

void MessageBar::withdraw(const QString &text)
{
    m_waiting.removeIf([&text](const Message &message) { return message.kind == Kind::Problem && message.text == text; });
    if (m_shown.kind == Kind::Problem && m_shown.text == text)
        dismiss();
}

void MessageBar::present(const Message &message)
{
    const bool isNew = m_shown.kind == Kind::None;
    m_shown = message;
    m_changed = {};
    m_time.stop();
    if (message.kind == Kind::Done)
        m_time.start(message.left);
    m_action->setText(!message.actText.isEmpty() ? message.actText : message.kind == Kind::Problem ? tr("&Copy") : tr("&Undo"));
    m_action->setVisible(message.kind == Kind::Problem || message.act);
    for (QWidget *part : std::initializer_list<QWidget *>{m_mark, m_text, m_close})
        part->show();
    m_text->setText(message.text);
    setAccessibleName(message.text);
    setFrameShape(QFrame::StyledPanel);
    setAutoFillBackground(true);
    m_close->setIcon(tintedIcon(QStringLiteral(":/icons/close.svg"), coloursOf(palette()).text2));
    m_mark->setMeaning(message.kind == Kind::Problem ? Meaning::Failure : Meaning::Success);
    if (isNew)
        choosePlace();
    place();
    raise();
    show();
    QAccessibleEvent alert(this, QAccessible::Alert);
    QAccessible::updateAccessibility(&alert);
}

void MessageBar::dismiss()
{
    m_time.stop();
    if (m_shown.kind == Kind::None)
        return;
    m_shown = {};
    if (underMouse())
        clear();
    else
        showNext();
}

/// Nothing is left to see; what lies below is out of reach for as long as a second click takes.
void MessageBar::clear()
{
    for (QWidget *part : std::initializer_list<QWidget *>{m_mark, m_text, m_action, m_close})
        part->hide();
    setFrameShape(QFrame::NoFrame);
    setAutoFillBackground(false);
    m_clearing.start(QGuiApplication::styleHints()->mouseDoubleClickInterval());
}

void MessageBar::showNext()
{
    m_clearing.stop();
    if (m_waiting.isEmpty())
        hide();
    else
        present(m_waiting.takeFirst());
}

/// At the foot, or at the head where the pointer or the focus is at the foot.
void MessageBar::choosePlace()
{
    const QRect foot = placeAt(Qt::BottomEdge);
    const QWidget *focus = window()->focusWidget();
    const bool coversFocus = focus && m_area->isAncestorOf(focus) && !qobject_cast<const QAbstractScrollArea *>(focus)
        && foot.intersects(QRect(focus->mapTo(parentWidget(), QPoint()), focus->size()));
    const bool coversPointer = foot.contains(parentWidget()->mapFromGlobal(QCursor::pos()));
    m_edge = coversFocus || coversPointer ? Qt::TopEdge : Qt::BottomEdge;
}

QRect MessageBar::placeAt(Qt::Edge edge) const
{
    const QRect area(m_area->mapTo(parentWidget(), QPoint(metrics::edge, metrics::edge)), m_area->size() - QSize(2, 2) * metrics::edge);
    // As little as the words need: a control that it does not cover is one that works.
    const QMargins margins = layout()->contentsMargins();
    int wanted = margins.left() + margins.right() + 2 * frameWidth() + m_text->fontMetrics().size(0, m_text->text()).width() + metrics::unit;
    for (const QWidget *part : std::initializer_list<const QWidget *>{m_mark, m_action, m_close})
        wanted += part->isHidden() ? 0 : part->sizeHint().width() + metrics::unit;
    const int width = std::min(std::max(wanted, narrowest), area.width());
    QRect bar(area.topLeft(), QSize(width, std::max(least, heightForWidth(width))));
    bar.moveLeft(area.left() + (area.width() - width) / 2);
    if (edge == Qt::BottomEdge)
        bar.moveBottom(area.bottom());
    return bar;
}

void MessageBar::place()
{
    setGeometry(placeAt(m_edge));
}

bool MessageBar::eventFilter(QObject *watched, QEvent *event)
{
    if (event->type() == QEvent::Resize || event->type() == QEvent::Move)
        place();
    return QFrame::eventFilter(watched, event);
}

} // namespace qcc
