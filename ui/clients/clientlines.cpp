#include "ui/clients/clientlines.h"

#include "core/clients/clientwishes.h"
#include "ui/widgets/plaintext.h"
#include "ui/widgets/shapes.h"

#include <QClipboard>
#include <QComboBox>
#include <QEvent>
#include <QFontDatabase>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QLabel>
#include <QToolButton>

#include <algorithm>
#include <array>

namespace qcc {

using namespace Qt::StringLiterals;

namespace {

constexpr int copySide = 24;
constexpr int iconSide = 14;
constexpr int leastMargin = 4;
constexpr auto masked = "***"_L1;

/// Who stands for a style.
constexpr std::array styles{ClientProgram::ClaudeCode, ClientProgram::OpenAiSdk, ClientProgram::GeminiCli};

} // namespace

ClientLines::ClientLines(QWidget *parent)
    : QWidget(parent)
    , m_title(new TextLabel(tr("Any other client")))
    , m_caption(new TextLabel(tr("that lets you set a base URL")))
    , m_shell(new QComboBox)
{
    m_shell->addItems({tr("bash and zsh"), u"fish"_s, u"PowerShell"_s, u"cmd"_s});
    m_shell->setCurrentIndex(static_cast<int>(usersShell()));
    m_shell->setAccessibleName(tr("Shell"));
    m_shell->setAccessibleDescription(tr("Shell that the lines are for"));
    auto *head = new QHBoxLayout;
    head->setSpacing(metrics::edge);
    head->addWidget(m_title);
    head->addWidget(m_caption);
    head->addStretch();
    head->addWidget(m_shell);
    auto *card = new RowsCard;
    addLine(*card, tr("Address"));
    addLine(*card, tr("Anthropic style"));
    addLine(*card, tr("OpenAI style"));
    addLine(*card, tr("Gemini style"));
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(metrics::unit);
    column->addLayout(head);
    column->addWidget(card);
    connect(m_shell, &QComboBox::currentIndexChanged, this, &ClientLines::show);
    dress();
    show();
}

void ClientLines::addLine(RowsCard &card, const QString &name)
{
    Line line{new TextLabel(name), new TextLabel, new QToolButton, {}};
    line.text->setWordWrap(true);
    line.text->setTextInteractionFlags(Qt::TextSelectableByMouse);
    line.copy->setAutoRaise(true);
    line.copy->setFixedSize(copySide, copySide);
    line.copy->setIconSize({iconSide, iconSide});
    line.copy->setFocusPolicy(Qt::StrongFocus);
    setPlainToolTip(line.copy, tr("Copy"));
    line.copy->setAccessibleName(tr("Copy: %1", "a line").arg(name));
    auto *row = new QWidget;
    row->setMinimumHeight(tokens::size::row);
    auto *box = new QHBoxLayout(row);
    box->setContentsMargins(metrics::edge, leastMargin, metrics::unit + 2, leastMargin);
    box->setSpacing(metrics::edge);
    box->addWidget(line.name);
    box->addWidget(line.text, 1);
    box->addWidget(line.copy);
    card.add(row);
    const qsizetype at = m_lines.size();
    m_lines.append(line);
    connect(line.copy, &QToolButton::clicked, this, [this, at] { QGuiApplication::clipboard()->setText(m_lines.at(at).copied); });
}

void ClientLines::setAddress(const QString &address, const QString &key)
{
    if (address == m_address && key == m_key)
        return;
    m_address = address;
    m_key = key;
    show();
}

void ClientLines::takeFocus()
{
    m_lines.constFirst().copy->setFocus(Qt::OtherFocusReason);
}

void ClientLines::show()
{
    const auto shell = static_cast<Shell>(m_shell->currentIndex());
    const QString key = m_key.isEmpty() ? QString::fromLatin1(anyKey) : m_key;
    for (qsizetype i = 0; i < m_lines.size(); ++i) {
        Line &line = m_lines[i];
        const auto lineWith = [&](const QString &shownKey) {
            return i == 0 ? m_address : environmentLine(shell, variablesFor(styles.at(static_cast<std::size_t>(i - 1)), m_address, shownKey));
        };
        line.copied = lineWith(key);
        line.text->setText(lineWith(m_key.isEmpty() ? key : QString(masked)));
        line.copy->setEnabled(!m_address.isEmpty());
    }
}

void ClientLines::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange)
        dress();
}

void ClientLines::dress()
{
    const Colours colours = coloursOf(palette());
    const auto ink = [this](QLabel *label, const QColor &colour) {
        QPalette inks = palette();
        inks.setColor(QPalette::WindowText, colour);
        label->setPalette(inks);
    };
    m_title->setFont(metrics::sectionTitle(font()));
    m_caption->setFont(metrics::caption(font()));
    ink(m_caption, colours.text3);
    QFont fixed = QFontDatabase::systemFont(QFontDatabase::FixedFont);
    const QFont small = metrics::caption(font());
    fixed.setPointSizeF(small.pointSizeF() > 0 ? small.pointSizeF() : fixed.pointSizeF());
    int names = 0;
    for (const Line &line : std::as_const(m_lines))
        names = std::max(names, fontMetrics().horizontalAdvance(line.name->text()));
    for (const Line &line : std::as_const(m_lines)) {
        ink(line.name, colours.text2);
        line.name->setFixedWidth(names);
        line.text->setFont(fixed);
        line.copy->setIcon(tintedIcon(u":/icons/copy.svg"_s, colours.text2));
    }
}

} // namespace qcc
