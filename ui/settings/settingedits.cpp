#include "ui/settings/settingedits.h"

#include "ui/widgets/theme.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QPushButton>
#include <QRandomGenerator>

#include <algorithm>
#include <array>

namespace qcc {

namespace {

constexpr int widthInChars = 18;

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
    // Some styles have buttons that take more than the text leaves.
    setFixedWidth(std::max(fontMetrics().averageCharWidth() * widthInChars, sizeHint().width()));
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

ModelEdit::ModelEdit(QWidget *parent)
    : QWidget(parent)
    , m_mode(new QComboBox)
    , m_name(new QLineEdit)
{
    setFocusProxy(m_mode);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    m_mode->addItem(tr("As the client asks"), static_cast<int>(ModelMode::Passthrough));
    m_mode->addItem(tr("Always this one:"), static_cast<int>(ModelMode::Override));
    m_mode->setAccessibleName(tr("Model"));
    m_mode->setAccessibleDescription(m_mode->accessibleName()); // Qt on Linux tells only this of a combo box.
    m_name->setPlaceholderText(tr("Name of a model"));
    m_name->setAccessibleName(tr("Name of the model"));

    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(metrics::unit);
    row->addWidget(m_mode);
    row->addWidget(m_name, 1);

    connect(m_mode, &QComboBox::activated, this, [this] {
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
    return static_cast<ModelMode>(m_mode->currentData().toInt());
}

QString ModelEdit::name() const
{
    return m_name->text().trimmed();
}

void ModelEdit::setModel(ModelMode mode, const QString &name)
{
    m_mode->setCurrentIndex(m_mode->findData(static_cast<int>(mode)));
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
    , m_reveal(new QPushButton(tr("Hide", "the access token")))
{
    setFocusProxy(m_text);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    m_text->setEchoMode(QLineEdit::Password);
    m_text->setPlaceholderText(tr("none"));
    m_text->setAccessibleName(tr("Access token"));
    m_reveal->setCheckable(true);
    m_reveal->setAccessibleName(tr("Show the access token"));
    // One width for both words.
    const int hideWidth = m_reveal->sizeHint().width();
    m_reveal->setText(tr("Show", "the access token"));
    m_reveal->setFixedWidth(std::max(hideWidth, m_reveal->sizeHint().width()));
    auto *generate = new QPushButton(tr("Generate"));
    generate->setAccessibleName(tr("Generate an access token"));

    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(metrics::unit);
    row->addWidget(m_text, 1);
    row->addWidget(m_reveal);
    row->addWidget(generate);

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
