#include "core/upstream/connectproblem.h"

#include "core/config/endpointtext.h"
#include "core/upstream/proxyrules.h"

#include <QDateTime>
#include <QFileInfo>
#include <QSslCertificate>
#include <QSslError>

#include <algorithm>
#include <array>
#include <optional>

namespace qcc {

using namespace Qt::StringLiterals;

QString noDescriptors()
{
    return QStringLiteral("qcc has no file descriptor left for a connection; try again when others have closed, or raise the limit (ulimit -n)");
}

bool needsFiles(QAbstractSocket::SocketError error)
{
    return error == QAbstractSocket::HostNotFoundError || error == QAbstractSocket::SslHandshakeFailedError
        || error == QAbstractSocket::SslInternalError || error == QAbstractSocket::SslInvalidUserDataError;
}

QAbstractSocket::SocketError asOfProxy(QAbstractSocket::SocketError error)
{
    switch (error) {
    case QAbstractSocket::ConnectionRefusedError:
        return QAbstractSocket::ProxyConnectionRefusedError;
    case QAbstractSocket::HostNotFoundError:
        return QAbstractSocket::ProxyNotFoundError;
    case QAbstractSocket::SocketTimeoutError:
        return QAbstractSocket::ProxyConnectionTimeoutError;
    default:
        return error;
    }
}

bool isOfProxy(QAbstractSocket::SocketError error)
{
    return error == QAbstractSocket::ProxyConnectionRefusedError || error == QAbstractSocket::ProxyConnectionTimeoutError;
}

UpstreamConnection::End endOf(QAbstractSocket::SocketError error)
{
    using End = UpstreamConnection::End;
    switch (error) {
    case QAbstractSocket::ConnectionRefusedError:
        return End::Refused;
    case QAbstractSocket::RemoteHostClosedError:
        return End::PeerClosed;
    case QAbstractSocket::HostNotFoundError:
        return End::HostNotFound;
    case QAbstractSocket::SocketTimeoutError:
        return End::TimedOut;
    case QAbstractSocket::SocketResourceError:
        return End::NoDescriptors;
    case QAbstractSocket::SslHandshakeFailedError:
    case QAbstractSocket::SslInternalError:
    case QAbstractSocket::SslInvalidUserDataError:
        return End::TlsFailed;
    default:
        return End::Failed;
    }
}

QString proxyProblem(QAbstractSocket::SocketError error, const UpstreamAddress &address, const QString &qtText)
{
    const QString proxy = QStringLiteral("the proxy ") + nameOf(address.proxy);
    const QString host = address.host.contains(QLatin1Char(':')) ? QLatin1Char('[') + address.host + QLatin1Char(']') : address.host;
    const QString behind = host + QLatin1Char(':') + QString::number(address.port);
    switch (error) {
    case QAbstractSocket::ProxyAuthenticationRequiredError:
        return proxy
            + (address.proxy.user().isEmpty() ? QStringLiteral(" asks for a user name and a password")
                                              : QStringLiteral(" refused the user name or the password"));
    case QAbstractSocket::ProxyConnectionRefusedError:
        return proxy + QStringLiteral(" refused the connection: nothing listens there");
    case QAbstractSocket::ProxyNotFoundError:
        return proxy + QStringLiteral(" was not found: no such host");
    case QAbstractSocket::ProxyConnectionTimeoutError:
    case QAbstractSocket::SocketTimeoutError:
        return proxy + QStringLiteral(" did not answer in time");
    case QAbstractSocket::ProxyConnectionClosedError:
    case QAbstractSocket::RemoteHostClosedError:
        return proxy + QStringLiteral(" closed the connection before it led to ") + behind;
    case QAbstractSocket::SocketAccessError:
        return proxy + QStringLiteral(" does not allow connections to ") + behind;
    case QAbstractSocket::HostNotFoundError:
        return proxy + QStringLiteral(" did not find ") + address.host;
    case QAbstractSocket::ConnectionRefusedError:
        return proxy + QStringLiteral(" was refused by ") + behind;
    case QAbstractSocket::ProxyProtocolError:
        // Some proxies answer a wrong password with another status than 407, and Qt tells no status.
        if (address.proxy.type() == QNetworkProxy::HttpProxy && !address.proxy.user().isEmpty())
            return proxy + QStringLiteral(" refused to connect to %1: it cannot reach it, or the user name or the password is wrong").arg(behind);
        return proxy + QStringLiteral(" could not connect to ") + behind;
    default:
        return proxy + QStringLiteral(" could not reach %1 (%2)").arg(behind, qtText);
    }
}

namespace {

/// A name from a certificate, which anybody can have made: short, and one line.
QString shown(QString name)
{
    constexpr qsizetype longest = 80;
    name = name.simplified();
    return name.size() <= longest ? name : name.first(longest - 1) + u'…';
}

QString dayOf(const QDateTime &time)
{
    return time.toUTC().toString(u"yyyy-MM-dd hh:mm 'UTC'"_s);
}

/// Of whom `info` tells.
template <typename Info>
QString nameBy(Info info)
{
    for (const auto part : {QSslCertificate::CommonName, QSslCertificate::Organization}) {
        const QString name = info(part).join(u' ');
        if (!name.isEmpty())
            return u"\"%1\""_s.arg(shown(name));
    }
    return u"somebody without a name"_s;
}

QString issuerOf(const QSslCertificate &certificate)
{
    return nameBy([&certificate](QSslCertificate::SubjectInfo part) { return certificate.issuerInfo(part); });
}

QString subjectOf(const QSslCertificate &certificate)
{
    return nameBy([&certificate](QSslCertificate::SubjectInfo part) { return certificate.subjectInfo(part); });
}

QString namesOf(const QSslCertificate &certificate)
{
    QStringList names;
    const QMultiMap<QSsl::AlternativeNameEntryType, QString> alternatives = certificate.subjectAlternativeNames();
    for (const QString &name : alternatives)
        names += shown(name);
    if (names.isEmpty())
        names = certificate.subjectInfo(QSslCertificate::CommonName);
    constexpr qsizetype most = 3;
    if (names.size() > most)
        names = names.first(most) << u"…"_s;
    return names.isEmpty() ? u"nobody"_s : names.join(u", "_s);
}

constexpr QLatin1String trustHint(
    "if you trust it, save the issuer's certificate as a PEM file and name that in the endpoint's ca_file");

/// Who vouches for others, and where his certificate is from.
struct Authority {
    QSslCertificate certificate;
    QString place; ///< "", or " in /the/file".
};

bool isOutOfTime(const QSslCertificate &certificate)
{
    const QDateTime now = QDateTime::currentDateTimeUtc();
    return certificate.expiryDate() < now || certificate.effectiveDate() > now;
}

bool isIssuerOf(const QSslCertificate &authority, const QSslCertificate &certificate)
{
    return std::ranges::all_of(std::array{QSslCertificate::CommonName, QSslCertificate::Organization, QSslCertificate::OrganizationalUnitName},
                               [&](QSslCertificate::SubjectInfo part) { return authority.subjectInfo(part) == certificate.issuerInfo(part); });
}

/// Whose time it is that an error comes from, where it is not that of the certificate that was shown. Qt tells OpenSSL of no authority that has expired, so that
/// whoever it vouches for seems to be unknown; and it has no certificate for one of whom OpenSSL tells that is not valid yet and was not sent along.
std::optional<Authority> blamedAuthority(const QSslError &error, const QSslCertificate &leaf, const QString &file)
{
    const QSslCertificate blamed = error.certificate();
    const bool isAboutTime = error.error() == QSslError::CertificateExpired || error.error() == QSslError::CertificateNotYetValid;
    if (isAboutTime && !blamed.isNull() && blamed != leaf)
        return Authority{blamed, {}};
    QList<QSslCertificate> named;
    if (!file.isEmpty())
        static_cast<void>(readCaFile(QFileInfo(file).absoluteFilePath(), &named));
    const auto found = std::ranges::find_if(named, [&](const QSslCertificate &authority) {
        return isOutOfTime(authority) && authority != leaf && (isIssuerOf(authority, leaf) || (!blamed.isNull() && isIssuerOf(authority, blamed)));
    });
    return found == named.end() ? std::nullopt : std::optional(Authority{*found, u" in %1"_s.arg(file)});
}

QString textOf(const Authority &authority, const QString &host)
{
    const QDateTime expiry = authority.certificate.expiryDate();
    const bool hasExpired = expiry < QDateTime::currentDateTimeUtc();
    const QString when = hasExpired ? u"expired on %1"_s.arg(dayOf(expiry)) : u"is not valid before %1"_s.arg(dayOf(authority.certificate.effectiveDate()));
    return u"the authority %1%2, which vouches for %3, %4; check this computer's clock, else %5"_s.arg(
        subjectOf(authority.certificate), authority.place, host, when,
        authority.place.isEmpty() ? u"update this computer's authorities (ca-certificates), or tell the endpoint's operator"_s
                                  : u"put its successor into that file"_s);
}

std::optional<QString> textOf(const QSslError &error, const QString &host, const QSslCertificate &leaf, const QString &file)
{
    const QSslCertificate certificate = error.certificate();
    switch (error.error()) {
    case QSslError::CertificateExpired:
    case QSslError::CertificateNotYetValid:
    case QSslError::SelfSignedCertificateInChain:
    case QSslError::UnableToGetIssuerCertificate:
    case QSslError::UnableToGetLocalIssuerCertificate:
    case QSslError::UnableToVerifyFirstCertificate:
    case QSslError::CertificateUntrusted:
        if (const std::optional<Authority> authority = blamedAuthority(error, leaf, file))
            return textOf(*authority, host);
        break;
    default:
        break;
    }
    switch (error.error()) {
    case QSslError::CertificateExpired:
        return u"the certificate of %1 expired on %2; check this computer's clock, else only the endpoint's operator can renew it"_s
            .arg(host, dayOf(certificate.expiryDate()));
    case QSslError::CertificateNotYetValid:
        return u"the certificate of %1 is not valid before %2; check this computer's clock, else tell the endpoint's operator"_s
            .arg(host, dayOf(certificate.effectiveDate()));
    case QSslError::HostNameMismatch:
        return u"the certificate is for %1, not for %2; check the host in the base URL"_s.arg(namesOf(certificate), host);
    case QSslError::SelfSignedCertificate:
        return u"the certificate of %1 is signed by itself, so that nobody vouches for it; %2"_s.arg(host, trustHint);
    case QSslError::SelfSignedCertificateInChain:
    case QSslError::UnableToGetIssuerCertificate:
    case QSslError::UnableToGetLocalIssuerCertificate:
    case QSslError::UnableToVerifyFirstCertificate:
    case QSslError::CertificateUntrusted:
        return u"the certificate of %1 is signed by %2, whom this computer does not know; %3"_s
            .arg(host, issuerOf(certificate), trustHint);
    case QSslError::CertificateRevoked:
    case QSslError::CertificateBlacklisted:
        return u"the certificate of %1 was revoked; do not use this endpoint until its operator has a new one"_s.arg(host);
    default:
        return std::nullopt;
    }
}

int rank(const QSslError &error)
{
    switch (error.error()) {
    case QSslError::CertificateRevoked:
    case QSslError::CertificateBlacklisted:
        return 0;
    case QSslError::CertificateExpired:
    case QSslError::CertificateNotYetValid:
        return 1;
    case QSslError::HostNameMismatch:
        return 2;
    default:
        return 3;
    }
}

} // namespace

QString certificateProblem(const QList<QSslError> &errors, const QString &host, const QSslCertificate &leaf, const QString &authoritiesFile)
{
    QList<QSslError> sorted = errors;
    std::ranges::stable_sort(sorted, {}, rank);
    for (const QSslError &error : std::as_const(sorted)) {
        if (const auto text = textOf(error, host, leaf, authoritiesFile))
            return *text;
    }
    return sorted.isEmpty() ? QString()
                            : u"the certificate of %1 is not accepted (%2); tell the endpoint's operator"_s
                                  .arg(host, sorted.first().errorString());
}

bool isOfClientCertificate(const QString &text)
{
    // As OpenSSL names the alerts of RFC 8446 §6.2.
    constexpr std::array alerts{"certificate required"_L1, "alert bad certificate"_L1, "alert unknown ca"_L1, "alert certificate unknown"_L1, "alert certificate expired"_L1,
                                "alert certificate revoked"_L1, "alert unsupported certificate"_L1, "alert access denied"_L1};
    return std::ranges::any_of(alerts, [&text](QLatin1StringView alert) { return text.contains(alert, Qt::CaseInsensitive); });
}

QString handshakeProblem(const QString &text, const QString &host, quint16 port)
{
    const auto says = [&text](std::initializer_list<QLatin1String> words) {
        return std::ranges::any_of(words, [&text](QLatin1String word) { return text.contains(word, Qt::CaseInsensitive); });
    };
    const QString place = u"%1:%2"_s.arg(host).arg(port);
    if (text.isEmpty())
        return u"%1 closed the connection during the TLS handshake; check host and port, and whether a firewall or proxy is between"_s.arg(place);
    // What OpenSSL makes of the bytes "HTTP/1.1 400" where a TLS record should be.
    if (says({"wrong version number"_L1, "packet length too long"_L1, "http request"_L1, "record layer failure"_L1}))
        return u"%1 does not speak TLS on this port; if it is a plain HTTP server, the base URL begins with http://, else check the port"_s.arg(place);
    if (says({"unrecognized name"_L1, "unrecognised name"_L1}))
        return u"%1 serves no site of that name over TLS; check the host in the base URL"_s.arg(place);
    if (isOfClientCertificate(text))
        return u"%1 asks for a client certificate, or takes another one than it was shown; give the endpoint one that its operator knows (client_cert, "
               "client_key)"_s.arg(place);
    if (says({"handshake failure"_L1, "protocol version"_L1, "unsupported protocol"_L1, "no shared cipher"_L1, "insufficient security"_L1,
              "no protocols available"_L1}))
        return u"%1 refused the TLS handshake: it wants a version or cipher that is not offered here, or a client certificate (client_cert), or knows no site of that name; "
               "check the host, else ask the endpoint's operator"_s.arg(place);
    return u"the TLS handshake with %1 failed (%2); check host and port"_s.arg(place, text);
}

} // namespace qcc
