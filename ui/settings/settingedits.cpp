#include "ui/settings/settingedits.h"

#include "ui/widgets/style.h"
#include "ui/widgets/theme.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QPushButton>
#include <QRandomGenerator>

#include <algorithm>
#include <array>

namespace qcc {

namespace {

constexpr int numberWidth = 96;
constexpr int wordWidth = 168;
constexpr int wordWidthInChars = 24;

} // namespace

NumberBox::NumberBox(const NumberRange &range, QWidget *parent)
    : QDoubleSpinBox(parent)
{
    setDecimals(range.whole ? 0 : 3);
    setRange(range.low, range.high);
    if (!range.unit.isEmpty())
        setSuffix(QLatin1Char(' ') + range.unit);
    setSpecialValueText(range.lowestWord);
    setAlignment(Qt::AlignRight);
    dress();
}

void NumberBox::changeEvent(QEvent *event)
{
    QDoubleSpinBox::changeEvent(event);
    if (event->type() == QEvent::StyleChange || event->type() == QEvent::FontChange)
        dress();
}

void NumberBox::dress()
{
    setButtonSymbols(hasOwnStyle() ? NoButtons : UpDownArrows);
    // Some styles have buttons that take more than the text leaves.
    setFixedWidth(std::max(numberWidth, sizeHint().width()));
}

QString NumberBox::textFromValue(double value) const
{
    QLocale plain = locale();
    plain.setNumberOptions(QLocale::OmitGroupSeparator);
    return plain.toString(value, 'f', QLocale::FloatingPointShortest);
}

QString NumberBox::wordsFor(double value) const
{
    if (value <= minimum() && !specialValueText().isEmpty())
        return specialValueText();
    return textFromValue(value) + suffix();
}

ChoiceEdit::ChoiceEdit(const Choices &choices, QWidget *parent)
    : Segments({}, parent)
    , m_choices(choices)
{
    QStringList words;
    for (const auto &choice : choices)
        words << choice.second;
    setChoices(words);
}

QStringList ChoiceEdit::values() const
{
    QStringList all;
    for (const auto &choice : m_choices)
        all << choice.first;
    return all;
}

QString ChoiceEdit::value() const
{
    return m_choices.value(current()).first;
}

void ChoiceEdit::setValue(const QString &value)
{
    setCurrent(static_cast<int>(values().indexOf(value)));
}

QString ChoiceEdit::wordsFor(const QString &value) const
{
    return m_choices.value(values().indexOf(value)).second;
}

int fieldWidth(const QFont &font)
{
    return std::max(wordWidth, QFontMetrics(font).averageCharWidth() * wordWidthInChars);
}

QPushButton *smallButton(const QString &text)
{
    auto *button = new QPushButton(text);
    button->setFont(metrics::caption(button->font()));
    button->setFixedHeight(std::max(tokens::size::controlSmall, button->fontMetrics().height() + 8));
    return button;
}

static_assert(static_cast<int>(ModelMode::Passthrough) == 0 && static_cast<int>(ModelMode::Override) == 1);

ModelEdit::ModelEdit(QWidget *parent)
    : QWidget(parent)
    , m_mode(new Segments({tr("As the client asks"), tr("Always this one")}))
    , m_name(new QLineEdit)
{
    m_mode->setAccessibleName(tr("Model"));
    m_name->setPlaceholderText(tr("Name of a model"));
    m_name->setAccessibleName(tr("Name of the model"));

    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(metrics::unit);
    column->addWidget(m_mode, 0, Qt::AlignRight);
    column->addWidget(m_name);

    connect(m_mode, &Segments::chosen, this, [this] {
        showMode();
        if (mode() == ModelMode::Override && name().isEmpty())
            m_name->setFocus();
        Q_EMIT edited();
        Q_EMIT finished();
    });
    connect(m_name, &QLineEdit::textEdited, this, &ModelEdit::edited);
    connect(m_name, &QLineEdit::editingFinished, this, &ModelEdit::finished);
    showMode();
}

ModelMode ModelEdit::mode() const
{
    return static_cast<ModelMode>(m_mode->current());
}

QString ModelEdit::name() const
{
    return m_name->text().trimmed();
}

void ModelEdit::setModel(ModelMode mode, const QString &name)
{
    m_mode->setCurrent(static_cast<int>(mode));
    if (name != m_name->text())
        m_name->setText(name);
    showMode();
}

void ModelEdit::showMode()
{
    m_name->setEnabled(mode() == ModelMode::Override);
}

QString newToken()
{
    std::array<quint32, 6> random{};
    QRandomGenerator::system()->fillRange(random.data(), static_cast<qsizetype>(random.size()));
    const QByteArray bytes(reinterpret_cast<const char *>(random.data()), sizeof random);
    return QString::fromLatin1(bytes.toBase64(QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals));
}

TokenEdit::TokenEdit(QWidget *parent)
    : QWidget(parent)
    , m_text(new QLineEdit)
    , m_reveal(smallButton(tr("Hide", "the access token")))
{
    m_text->setFixedWidth(fieldWidth(font()));
    m_text->setEchoMode(QLineEdit::Password);
    m_text->setPlaceholderText(tr("None"));
    m_text->setAccessibleName(tr("Access token"));
    m_reveal->setCheckable(true);
    m_reveal->setAccessibleName(tr("Show the access token"));
    // One width for both words.
    const int hideWidth = m_reveal->sizeHint().width();
    m_reveal->setText(tr("Show", "the access token"));
    m_reveal->setFixedWidth(std::max(hideWidth, m_reveal->sizeHint().width()));
    auto *generate = smallButton(tr("Generate"));
    generate->setAccessibleName(tr("Generate an access token"));

    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(metrics::unit);
    row->addWidget(m_reveal);
    row->addWidget(generate);
    row->addWidget(m_text);

    connect(m_text, &QLineEdit::textEdited, this, &TokenEdit::edited);
    connect(m_text, &QLineEdit::editingFinished, this, &TokenEdit::finished);
    connect(m_reveal, &QPushButton::toggled, this, [this](bool shown) {
        m_text->setEchoMode(shown ? QLineEdit::Normal : QLineEdit::Password);
        m_reveal->setText(shown ? tr("Hide", "the access token") : tr("Show", "the access token"));
    });
    connect(generate, &QPushButton::clicked, this, [this] {
        m_text->setText(newToken());
        Q_EMIT edited();
        Q_EMIT finished();
    });
}

QString TokenEdit::token() const
{
    return m_text->text().trimmed();
}

void TokenEdit::setToken(const QString &token)
{
    if (token != m_text->text())
        m_text->setText(token);
}

} // namespace qcc
