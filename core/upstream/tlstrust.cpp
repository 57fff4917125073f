#include "core/upstream/tlstrust.h"

#include "core/config/endpointtext.h"

#include <QDateTime>
#include <QDir>
#include <QFileInfo>
#include <QSslCertificate>
#include <QSslConfiguration>

#include <mutex>

namespace qcc {

using namespace Qt::StringLiterals;

namespace {

/// Empty as well for what distributions have there anyway, which Qt takes one by one where it is needed instead of all at once.
QString variable(const char *name, const QStringList &usual)
{
    const QString value = qEnvironmentVariable(name);
    return usual.contains(value) ? QString() : value;
}

QString fileVariable()
{
    static const QStringList usual{u"/etc/ssl/certs/ca-certificates.crt"_s, u"/etc/pki/tls/certs/ca-bundle.crt"_s, u"/etc/ssl/ca-bundle.pem"_s, u"/etc/ssl/cert.pem"_s};
    return variable("SSL_CERT_FILE", usual);
}

QString foldersVariable()
{
    static const QStringList usual{u"/etc/ssl/certs"_s, u"/etc/pki/tls/certs"_s};
    return variable("SSL_CERT_DIR", usual);
}

Failure faulty(const QString &file, CaFileFault fault, const QString &next)
{
    return {ErrorCode::Failed, u"the CA file %1 %2; %3"_s.arg(file, toText(fault), next), {}};
}

/// What the environment names, read again only where it has changed: all authorities of a system take long to read.
class NamedAuthorities
{
public:
    Result<QList<QSslCertificate>> read()
    {
        const QString file = fileVariable(), folders = foldersVariable();
        const QString state = stateOf({file}) + stateOf(folders.split(QDir::listSeparator()));
        const std::lock_guard lock(m_mutex);
        if (state == m_state)
            return m_authorities;
        QList<QSslCertificate> authorities;
        if (!file.isEmpty()) {
            // One of the two is enough, as for OpenSSL.
            if (const CaFileFault fault = readCaFile(QFileInfo(file).absoluteFilePath(), &authorities); fault != CaFileFault::None && folders.isEmpty())
                return faulty(file, fault, u"put it back, or start qcc without SSL_CERT_FILE"_s);
        }
        if (!folders.isEmpty()) {
            for (const QString &folder : folders.split(QDir::listSeparator()))
                authorities += QSslCertificate::fromPath(folder + u"/*"_s, QSsl::Pem, QSslCertificate::PatternSyntax::Wildcard);
        }
        if (file.isEmpty() || folders.isEmpty())
            authorities += QSslConfiguration::systemCaCertificates();
        m_authorities = authorities;
        m_state = state;
        return m_authorities;
    }

private:
    static QString stateOf(const QStringList &paths)
    {
        QString state;
        for (const QString &path : paths) {
            const QFileInfo info(path);
            state += u"%1\n%2\n%3\n"_s.arg(path).arg(info.size()).arg(info.lastModified().toMSecsSinceEpoch());
        }
        return state;
    }

    std::mutex m_mutex;
    QString m_state;
    QList<QSslCertificate> m_authorities;
};

} // namespace

Result<QSslConfiguration> tlsConfiguration(const QString &caFile)
{
    QSslConfiguration configuration = QSslConfiguration::defaultConfiguration();
    if (caFile.isEmpty() && (!fileVariable().isEmpty() || !foldersVariable().isEmpty())) {
        static NamedAuthorities named;
        const Result<QList<QSslCertificate>> authorities = named.read();
        if (!authorities)
            return authorities.error();
        configuration.setCaCertificates(*authorities);
        return configuration;
    }
    if (caFile.isEmpty())
        return configuration;
    QList<QSslCertificate> authorities;
    if (const CaFileFault fault = readCaFile(caFile, &authorities); fault != CaFileFault::None)
        return faulty(caFile, fault, u"put it back, or give the endpoint another one (ca_file)"_s);
    // Not the system's as well: Qt would give a copy of each to every connection, which costs half a megabyte and some milliseconds.
    configuration.setCaCertificates(authorities);
    return configuration;
}

QString authoritiesFile(const QString &caFile)
{
    return caFile.isEmpty() ? fileVariable() : caFile;
}

} // namespace qcc
