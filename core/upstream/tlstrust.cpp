#include "core/upstream/tlstrust.h"

#include "core/base/opensslerrors.h"
#include "core/config/clientidentity.h"
#include "core/config/endpointtext.h"

#include <QDateTime>
#include <QDir>
#include <QFileInfo>
#include <QHash>
#include <QSslCertificate>
#include <QSslSocket>

#include <algorithm>

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

Result<QList<QSslCertificate>> authoritiesOf(const QString &caFile)
{
    QList<QSslCertificate> authorities;
    if (const CaFileFault fault = readCaFile(caFile, &authorities); fault != CaFileFault::None)
        return faulty(caFile, fault, u"put it back, or give the endpoint another one (ca_file)"_s);
    // Not the system's as well: Qt would give a copy of each to every connection, which costs half a megabyte and some milliseconds.
    return authorities;
}

Result<QList<QSslCertificate>> authoritiesOfEnvironment(const QString &file, const QString &folders)
{
    QList<QSslCertificate> authorities;
    if (!file.isEmpty()) {
        // One of the two is enough, as for OpenSSL.
        if (const CaFileFault fault = readCaFile(QFileInfo(file).absoluteFilePath(), &authorities); fault != CaFileFault::None && folders.isEmpty())
            return faulty(file, fault, u"put it back, or start qcc without SSL_CERT_FILE"_s);
    }
    const OpenSslErrorsTaken taken;
    if (!folders.isEmpty()) {
        for (const QString &folder : folders.split(QDir::listSeparator()))
            authorities += QSslCertificate::fromPath(folder + u"/*"_s, QSsl::Pem, QSslCertificate::PatternSyntax::Wildcard);
    }
    if (file.isEmpty() || folders.isEmpty())
        authorities += QSslConfiguration::systemCaCertificates();
    return authorities;
}

/// What files name, read again only where they have changed: a certificate takes a third of a millisecond, and a system has 150.
class NamedFiles
{
public:
    /// The authorities of `caFile`, or of the environment where it is empty; and whom `clientCert` and `clientKey` make of us.
    Result<QSslConfiguration> terms(const QString &caFile, const QString &clientCert, const QString &clientKey)
    {
        const QString file = caFile.isEmpty() ? fileVariable() : caFile, folders = caFile.isEmpty() ? foldersVariable() : QString();
        const QStringList names{caFile, clientCert, clientKey};
        const QString state = stateOf({file, clientCert, clientKey}) + stateOf(folders.split(QDir::listSeparator()));
        const QDateTime now = QDateTime::currentDateTimeUtc();
        {
            const std::lock_guard lock(m_mutex);
            const auto known = m_read.constFind(names);
            if (known != m_read.cend() && known->state == state && (known->until.isNull() || now < known->until))
                return known->terms;
        }
        // Others need not wait for that.
        Read read{state, QSslConfiguration::defaultConfiguration(), {}};
        if (!file.isEmpty() || !folders.isEmpty()) {
            const Result<QList<QSslCertificate>> authorities = caFile.isEmpty() ? authoritiesOfEnvironment(file, folders) : authoritiesOf(caFile);
            if (!authorities)
                return authorities.error();
            read.terms.setCaCertificates(*authorities);
        }
        if (!clientCert.isEmpty()) {
            const Result<ClientIdentity> identity = readClientIdentity(clientCert, clientKey, now);
            if (!identity)
                return identity.error();
            read.terms.setLocalCertificateChain(identity->chain);
            read.terms.setPrivateKey(identity->key);
            read.until = identity->expiry();
        }
        const std::lock_guard lock(m_mutex);
        m_read.insert(names, read);
        return read.terms;
    }

private:
    struct Read {
        QString state;
        QSslConfiguration terms;
        QDateTime until; ///< Null: as long as the state is that.
    };

    static QString stateOf(const QStringList &paths)
    {
        QString state;
        for (const QString &path : paths) {
            // The time of the last change of anything of it: one that is put in its place may be as old as it likes, and its mode counts as well.
            const QFileInfo info(path);
            state += u"%1\n%2\n%3\n%4\n"_s.arg(path).arg(info.size()).arg(info.lastModified().toMSecsSinceEpoch()).arg(info.metadataChangeTime().toMSecsSinceEpoch());
        }
        return state;
    }

    std::mutex m_mutex;
    QHash<QStringList, Read> m_read; ///< By the files.
};

} // namespace

Result<QSslConfiguration> tlsConfiguration(const QString &caFile, const QString &clientCert, const QString &clientKey)
{
    if (caFile.isEmpty() && clientCert.isEmpty() && fileVariable().isEmpty() && foldersVariable().isEmpty())
        return QSslConfiguration::defaultConfiguration();
    static NamedFiles named;
    return named.terms(caFile, clientCert, clientKey);
}

QString authoritiesFile(const QString &caFile)
{
    return caFile.isEmpty() ? fileVariable() : caFile;
}

QString tlsLibrary()
{
    return QSslSocket::sslLibraryVersionString();
}

TlsSessions &TlsSessions::ofThisProcess()
{
    static TlsSessions sessions;
    return sessions;
}

std::vector<TlsSessions::Known>::iterator TlsSessions::find(const UpstreamAddress &address)
{
    return std::ranges::find(m_known, address, &Known::address);
}

QByteArray TlsSessions::of(const UpstreamAddress &address, const QSslConfiguration &trust, Clock::time_point now) const
{
    const std::lock_guard lock(m_mutex);
    const auto known = std::ranges::find(m_known, address, &Known::address);
    return known != m_known.end() && now < known->until && known->trust == trust ? known->session : QByteArray();
}

bool TlsSessions::knowsAllOf(const QStringList &endpoints, Clock::time_point now) const
{
    const std::lock_guard lock(m_mutex);
    return std::ranges::all_of(endpoints, [&](const QString &endpoint) {
        return std::ranges::any_of(m_known, [&](const Known &known) {
            return known.address.endpoint == endpoint && now < known.until && known.isTaken && !known.session.isEmpty();
        });
    });
}

void TlsSessions::learn(const UpstreamAddress &address, const QSslConfiguration &trust, const QByteArray &session, Clock::time_point verified,
                        std::chrono::seconds lives)
{
    const std::lock_guard lock(m_mutex);
    const auto known = find(address);
    // What an older connection is given late says nothing about what has happened since, and of one that failed nothing better is expected for now.
    if (known != m_known.end() && (known->since > verified || (known->session.isEmpty() && verified < known->until)))
        return;
    const bool isTaken = known == m_known.end() || known->isTaken;
    std::erase_if(m_known, [&](const Known &its) { return its.address == address || verified >= its.until; });
    m_known.push_back({address, trust, session, verified, verified + (lives.count() > 0 ? std::min<Clock::duration>(lives, lifetime) : lifetime), isTaken});
}

void TlsSessions::answered(const UpstreamAddress &address, bool resumed)
{
    const std::lock_guard lock(m_mutex);
    if (const auto known = find(address); known != m_known.end())
        known->isTaken = resumed;
}

void TlsSessions::failed(const UpstreamAddress &address, Clock::time_point now)
{
    const std::lock_guard lock(m_mutex);
    std::erase_if(m_known, [&address](const Known &known) { return known.address == address; });
    m_known.push_back({address, {}, {}, now, now + lifetime});
}

void TlsSessions::forgetAll()
{
    const std::lock_guard lock(m_mutex);
    m_known.clear();
}

bool beginHandshake(QSslSocket &socket, const UpstreamAddress &address, const QSslConfiguration &trust, bool offersHttp2)
{
    const QByteArray session = TlsSessions::ofThisProcess().of(address, trust, TlsSessions::Clock::now());
    QSslConfiguration terms = trust;
    if (offersHttp2)
        terms.setAllowedNextProtocols({QSslConfiguration::ALPNProtocolHTTP2, QSslConfiguration::NextProtocolHttp1_1});
    terms.setSslOption(QSsl::SslOptionDisableSessionPersistence, false); // with it Qt takes no session from us and gives none
    terms.setSessionTicket(session);
    socket.setSslConfiguration(terms);
    socket.setPeerVerifyName(address.host);
    socket.startClientEncryption();
    return !session.isEmpty();
}

bool endHandshake(QSslSocket &socket, const UpstreamAddress &address, const QSslConfiguration &trust, bool offered)
{
    auto &sessions = TlsSessions::ofThisProcess();
    // Who goes on from a session shows no chain.
    const bool resumed = offered && socket.peerCertificateChain().isEmpty();
    if (offered)
        sessions.answered(address, resumed);
    // What comes of a session is no beginning of another one: it would put off the next look at the certificate for ever.
    if (resumed)
        return true;
    const auto learn = [&socket, &sessions, address, trust, verified = TlsSessions::Clock::now()] {
        const QSslConfiguration now = socket.sslConfiguration();
        if (!now.sessionTicket().isEmpty())
            sessions.learn(address, trust, now.sessionTicket(), verified, std::chrono::seconds(now.sessionTicketLifeTimeHint()));
    };
    // Since TLS 1.3 what stands at the handshake's end is no session yet.
    if (socket.sessionProtocol() == QSsl::TlsV1_2)
        learn();
    else
        QObject::connect(&socket, &QSslSocket::newSessionTicketReceived, &socket, learn, Qt::SingleShotConnection);
    return false;
}

} // namespace qcc
