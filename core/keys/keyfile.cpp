#include "core/keys/keyfile.h"

#include "core/base/replacefile.h"

#include <QFile>

#include <openssl/crypto.h>

namespace qcc {

namespace {

constexpr auto ownerOnly = QFileDevice::ReadOwner | QFileDevice::WriteOwner;
/// Far more than a key file holds; whatever else lies there is not to fill the memory.
constexpr qint64 mostBytes = 4096;

Failure notReadable(const QFile &file)
{
    return {ErrorCode::NotAllowed, QStringLiteral("the key file %1 cannot be read (%2)").arg(file.fileName(), file.errorString()),
            QStringLiteral("Check that the file belongs to you.")};
}

} // namespace

Result<MasterKey> readKeyFile(const QString &path)
{
    QFile file(path);
    if (!file.exists()) {
        return Failure{ErrorCode::NotFound, QStringLiteral("the key file %1 is missing").arg(path),
                       QStringLiteral("Put it back from a backup, or set the key anew after `qcc config secure --file`.")};
    }
    if (!file.open(QIODevice::ReadOnly))
        return notReadable(file);
    if (isOpenToOthers(file)) {
        if (!file.setPermissions(ownerOnly)) {
            return Failure{ErrorCode::NotAllowed,
                           QStringLiteral("the key file %1 can be read by others, and that cannot be changed (%2)").arg(path, file.errorString()),
                           QStringLiteral("Make it yours alone: chmod 600 %1").arg(path)};
        }
        qWarning("the key file %s could be read by others; now only you may read it", qUtf8Printable(path));
    }
    QByteArray text = file.read(mostBytes);
    if (file.error() != QFileDevice::NoError)
        return notReadable(file);
    Result<MasterKey> key = MasterKey::fromText(text);
    OPENSSL_cleanse(text.data(), std::size_t(text.size()));
    if (key)
        return key;
    return Failure{ErrorCode::Failed, QStringLiteral("the key file %1 is damaged").arg(path),
                   QStringLiteral("Put it back from a backup, or remove it and set the key anew after `qcc config secure --file`.")};
}

Result<MasterKey> makeKeyFile(const QString &path)
{
    const Result<MasterKey> key = MasterKey::random();
    if (!key)
        return key;
    QByteArray text = key->toText() + '\n';
    const QString problem = replaceFile(path, text, ownerOnly);
    OPENSSL_cleanse(text.data(), std::size_t(text.size()));
    if (problem.isEmpty())
        return key;
    return Failure{ErrorCode::WriteFailed, QStringLiteral("The key file %1 cannot be written: %2.").arg(path, problem),
                   QStringLiteral("Check free space and permissions.")};
}

} // namespace qcc
