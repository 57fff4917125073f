#include "core/history/keymarks.h"

#include <QMessageAuthenticationCode>
#include <QRandomGenerator>

#include <array>

namespace qcc {

QByteArray KeyMarks::markOf(const QByteArray &baseUrl, const QByteArray &key) const
{
    // No address holds a line break.
    return QMessageAuthenticationCode::hash(baseUrl + '\n' + key, secret, QCryptographicHash::Sha256).toHex();
}

QByteArray KeyMarks::newSecret()
{
    std::array<quint32, 8> words{};
    QRandomGenerator::system()->fillRange(words.data(), words.size());
    return QByteArray(reinterpret_cast<const char *>(words.data()), sizeof words);
}

} // namespace qcc
