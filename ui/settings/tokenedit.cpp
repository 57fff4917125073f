#include "ui/settings/tokenedit.h"

#include "ui/widgets/theme.h"

#include <QHBoxLayout>
#include <QLineEdit>
#include <QPushButton>
#include <QRandomGenerator>

#include <algorithm>
#include <array>

namespace qcc {

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
