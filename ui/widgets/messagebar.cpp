#include "ui/widgets/messagebar.h"

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
