#include "ui/clients/clientchange.h"

#include "ui/clients/clientoptions.h"
#include "ui/clients/diffview.h"
#include "ui/model/coretext.h"
#include "ui/model/words.h"
#include "ui/widgets/plaintext.h"

#include <QBoxLayout>
#include <QEvent>
#include <QLabel>
#include <QPainter>
#include <QPushButton>
#include <QResizeEvent>

#include <utility>

namespace qcc {

using namespace Qt::StringLiterals;

namespace {

constexpr int footEdge = 12;  ///< Around the buttons.
constexpr int besideFrom = 720; ///< So wide that the options stand beside the change.
constexpr int optionsWidth = 300;
constexpr int smallMark = 12;

} // namespace

ClientChange::ClientChange(ClientProgram client, Kind kind, QWidget *parent)
    : QWidget(parent)
    , m_client(client)
    , m_kind(kind)
    , m_body(new QWidget)
    , m_warnings(new QVBoxLayout)
    , m_beside(new QBoxLayout(QBoxLayout::TopToBottom))
    , m_mark(new MarkLabel(smallMark))
    , m_words(new TextLabel)
    , m_cancel(new QPushButton(kind == Kind::Warnings ? tr("Close") : tr("Cancel")))
    , m_confirm(new QPushButton)
{
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(m_body);
    addBody();
    setConnected(false);
    addFoot();
    dress();
}

void ClientChange::addBody()
{
    auto *column = new QVBoxLayout(m_body);
    column->setContentsMargins(metrics::edge, metrics::unit + 1, metrics::edge, metrics::unit + 1);
    column->setSpacing(metrics::unit);
    m_warnings->setSpacing(metrics::half);
    column->addLayout(m_warnings);
    column->addLayout(m_beside);
    m_beside->setSpacing(metrics::edge);
    if (m_kind == Kind::Warnings)
        return;
    m_diff = new DiffView;
    m_beside->addWidget(m_diff, 1, Qt::AlignTop);
    if (m_kind == Kind::Connect && ClientOptions::existFor(m_client)) {
        m_options = new ClientOptions(m_client);
        m_beside->addWidget(m_options);
        connect(m_options, &ClientOptions::changed, this, [this](const ClientExtras &extras) {
            m_hasFailed = false;
            // Until what that would change is seen.
            m_confirm->setEnabled(false);
            Q_EMIT extrasChosen(extras);
        });
    }
    // Until it is known what would be changed.
    m_diff->hide();
}

void ClientChange::setConnected(bool isConnected)
{
    const QString name = ClientWords::nameOf(m_client);
    switch (m_kind) {
    case Kind::Connect: m_confirm->setText(isConnected ? tr("Connect %1 anew", "a client").arg(name) : tr("Connect %1", "a client").arg(name)); break;
    case Kind::Disconnect: m_confirm->setText(tr("Disconnect %1", "a client").arg(name)); break;
    case Kind::Warnings: m_confirm->setText(tr("Disconnect…")); break;
    }
}

void ClientChange::addFoot()
{
    m_words->setWordWrap(true);
    m_mark->setMeaning(Meaning::Failure);
    m_confirm->setDefault(m_kind != Kind::Warnings);
    m_confirm->setEnabled(m_kind == Kind::Warnings);
    auto *foot = new QHBoxLayout;
    foot->setContentsMargins(metrics::edge, footEdge, footEdge, footEdge);
    foot->setSpacing(metrics::unit);
    foot->addWidget(m_mark);
    foot->addWidget(m_words, 1);
    if (m_kind == Kind::Disconnect && ClientOptions::existFor(m_client)) {
        auto *options = new QPushButton(tr("&Options…"));
        foot->addWidget(options);
        connect(options, &QPushButton::clicked, this, &ClientChange::optionsWanted);
    }
    foot->addWidget(m_cancel);
    foot->addWidget(m_confirm);
    static_cast<QVBoxLayout *>(layout())->addLayout(foot);
    connect(m_cancel, &QPushButton::clicked, this, &ClientChange::cancelled);
    connect(m_confirm, &QPushButton::clicked, this, [this] {
        if (m_kind == Kind::Warnings) {
            Q_EMIT disconnectWanted();
            return;
        }
        m_confirm->setEnabled(false);
        m_hasFailed = false;
        Q_EMIT confirmed();
    });
    say(m_kind == Kind::Warnings ? tr("qcc does not change what others have set. It is theirs to take away.") : QString(), false);
}

void ClientChange::setWarnings(const QStringList &warnings)
{
    if (warnings == std::exchange(m_warned, warnings))
        return;
    m_warningWords.clear();
    while (const QLayoutItem *item = m_warnings->takeAt(0)) {
        delete item->widget();
        delete item;
    }
    for (const QString &warning : warnings) {
        auto *line = new QWidget;
        auto *row = new QHBoxLayout(line);
        row->setContentsMargins(0, 0, 0, 0);
        row->setSpacing(metrics::unit);
        auto *mark = new MarkLabel(smallMark);
        mark->setMeaning(Meaning::Warning);
        auto *words = new TextLabel(warning);
        words->setWordWrap(true);
        words->setTextInteractionFlags(Qt::TextSelectableByMouse);
        m_warningWords << words;
        row->addWidget(mark);
        row->addWidget(words, 1);
        m_warnings->addWidget(line);
    }
    dress();
}

void ClientChange::setChange(const ShownChange &change)
{
    if (!m_diff)
        return;
    if (m_options && !m_isShown)
        m_options->setExtras(change.extras);
    m_isShown = true;
    m_diff->setVisible(!change.failure);
    m_confirm->setEnabled(!change.failure);
    if (change.failure) {
        const QString step = inUsersLanguage(change.failure->hint);
        say(Words::sentence(inUsersLanguage(change.failure->message)) + (step.isEmpty() ? QString() : u' ' + step), true);
        return;
    }
    m_diff->setChange(change);
    if (!m_hasFailed)
        sayWhatStays(change);
}

void ClientChange::sayWhatStays(const ShownChange &change)
{
    QStringList words;
    for (const LeftAlone &left : change.leftAlone)
        words << tr("%1 is no longer what qcc wrote, and is left alone.", "a key").arg(ClientWords::keyOf(left));
    for (const QString &path : change.missing)
        words << tr("%1 is not there. What it said before is kept: disconnect again once it is back.", "a file").arg(path);
    words << (m_kind == Kind::Connect ? tr("Everything else stays byte for byte. Disconnect puts the old lines back.") : tr("Everything else stays byte for byte."));
    if (const QString condition = m_kind == Kind::Connect ? conditionOf(m_client) : QString(); !condition.isEmpty())
        words << inUsersLanguage(condition);
    say(words.join(u' '), false);
}

void ClientChange::setFailure(const QString &text)
{
    m_hasFailed = true;
    say(text, true);
}

ClientExtras ClientChange::extras() const
{
    return m_options ? m_options->extras() : ClientExtras();
}

void ClientChange::takeFocus()
{
    if (m_diff && !m_diff->isHidden())
        m_diff->setFocus(Qt::OtherFocusReason);
    else
        m_cancel->setFocus(Qt::OtherFocusReason);
}

void ClientChange::say(const QString &text, bool isFailure)
{
    m_isFailure = isFailure;
    m_words->setText(text);
    m_mark->setVisible(isFailure);
    dress();
}

void ClientChange::arrange()
{
    if (!m_options)
        return;
    const bool beside = width() >= besideFrom;
    m_beside->setDirection(beside ? QBoxLayout::LeftToRight : QBoxLayout::TopToBottom);
    m_options->setMinimumWidth(beside ? optionsWidth : 0);
    m_options->setMaximumWidth(beside ? optionsWidth : QWIDGETSIZE_MAX);
}

void ClientChange::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    arrange();
}

/// The change lies on the page's own colour from edge to edge, so that it is no card in the card.
void ClientChange::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const Colours colours = coloursOf(palette());
    const QRect body = m_body->geometry();
    painter.fillRect(body, colours.page);
    painter.fillRect(QRect(0, body.top(), width(), 1), colours.hairline);
    painter.fillRect(QRect(0, body.bottom(), width(), 1), colours.hairline);
}

void ClientChange::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange)
        dress();
}

void ClientChange::dress()
{
    const Colours colours = coloursOf(palette());
    m_words->setFont(metrics::caption(font()));
    QPalette ink = palette();
    ink.setColor(QPalette::WindowText, m_isFailure ? colours.of(Meaning::Failure).text : colours.text2);
    m_words->setPalette(ink);
    ink.setColor(QPalette::WindowText, colours.of(Meaning::Warning).text);
    for (QLabel *words : std::as_const(m_warningWords))
        words->setPalette(ink);
}

} // namespace qcc
