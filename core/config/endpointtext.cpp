#include "core/config/endpointtext.h"

#include "core/base/opensslerrors.h"
#include "core/base/userplaces.h"
#include "core/base/visibletext.h"

#include <QDir>
#include <QFile>
#include <QHostAddress>
#include <QRegularExpression>
#include <QSslCertificate>
#include <QStringList>
#include <QUrl>

#include <algorithm>
#include <array>
#include <utility>

namespace qcc {

using namespace Qt::StringLiterals;

namespace {

/// Quotes of many languages, the opening ones with those that close them.
constexpr std::array<std::pair<char16_t, char16_t>, 9> quotes{{{u'"', u'"'},
                                                              {u'\'', u'\''},
                                                              {u'`', u'`'},
                                                              {u'\u201c', u'\u201d'},
                                                              {u'\u2018', u'\u2019'},
                                                              {u'\u201e', u'\u201c'},
                                                              {u'\u00ab', u'\u00bb'},
                                                              {u'\u300c', u'\u300d'},
                                                              {u'\u300e', u'\u300f'}}};

bool isQuote(QChar c)
{
    return std::ranges::any_of(quotes, [c](const auto &pair) { return c == pair.first || c == pair.second; });
}

/// As `c` was meant: nothing for what has no width.
QString plain(char32_t c)
{
    const QChar::Category category = QChar::category(c);
    const bool selectsVariation = (c >= 0xfe00 && c <= 0xfe0f) || c == 0x034f;
    if (category == QChar::Other_Format || selectsVariation)
        return {};
    if (category == QChar::Separator_Space)
        return u" "_s;
    if (category == QChar::Separator_Line || category == QChar::Separator_Paragraph)
        return u"\n"_s;
    constexpr char32_t fullWidth = 0xff01;
    constexpr char32_t lastFullWidth = 0xff5e;
    if (c >= fullWidth && c <= lastFullWidth)
        return QString(QChar(char16_t(c - fullWidth + u'!')));
    return QString::fromUcs4(&c, 1);
}

QString withoutQuotes(const QString &text)
{
    const bool quoted = text.size() >= 2 && std::ranges::any_of(quotes, [&text](const auto &pair) {
        return text.front() == pair.first && text.back() == pair.second;
    });
    return quoted ? text.sliced(1, text.size() - 2).trimmed() : text;
}

QString withoutPrefix(const QString &text)
{
    static const QRegularExpression prefix(u"^(?:(?:authorization|x-api-key|api-key|x-goog-api-key)\\s*:\\s*|bearer\\s+)"_s,
                                           QRegularExpression::CaseInsensitiveOption);
    return QString(text).remove(prefix);
}

KeyText fault(KeyFault what, QStringView character = {})
{
    return {{}, what, character.toString()};
}

KeyText checked(const QString &key)
{
    const auto holds = [&key](auto is) { return std::ranges::any_of(key, is); };
    if (holds([](QChar c) { return c == u'\n' || c == u'\r'; }))
        return fault(KeyFault::LineBreak);
    if (holds([](QChar c) { return c == u' ' || c == u'\t'; }))
        return fault(KeyFault::Space);
    if (holds([](QChar c) { return c.category() == QChar::Other_Control; }))
        return fault(KeyFault::Control);
    if (holds(isQuote))
        return fault(KeyFault::Quote);
    if (holds([](QChar c) { return c == u'\u2026' || c == u'\u2022' || c == u'\u25cf'; }) || key.contains("***"_L1))
        return fault(KeyFault::Masked);
    for (qsizetype at = 0; at < key.size(); ++at) {
        if (key.at(at).unicode() > 0x7e)
            return fault(KeyFault::Foreign, QStringView(key).sliced(at, key.at(at).isHighSurrogate() && at + 1 < key.size() ? 2 : 1));
    }
    return {key, KeyFault::None, {}};
}

/// The first of `names` that says something, in small letters or in capitals.
QString firstOf(const Variable &variable, std::initializer_list<const char *> names)
{
    for (const char *name : names) {
        for (const QByteArray &spelled : {QByteArray(name), QByteArray(name).toUpper()}) {
            const QString value = variable(spelled.constData()).trimmed();
            if (!value.isEmpty())
                return value;
        }
    }
    return {};
}

QString withoutBrackets(const QString &host)
{
    return host.startsWith(u'[') && host.endsWith(u']') ? host.sliced(1, host.size() - 2) : host;
}

/// Whether `entry` of a no_proxy names `host`: a network, an address, or a domain with all that is below it.
bool isFor(const QString &entry, const QString &host)
{
    const QHostAddress address(withoutBrackets(host));
    if (const auto network = QHostAddress::parseSubnet(entry); entry.contains(u'/') && network.second >= 0)
        return !address.isNull() && address.isInSubnet(network);
    const QHostAddress named(withoutBrackets(entry));
    if (!named.isNull() || !address.isNull())
        return named == address;
    QString domain = entry;
    while (domain.startsWith(u'*') || domain.startsWith(u'.'))
        domain.remove(0, 1);
    return !domain.isEmpty()
        && (host.compare(domain, Qt::CaseInsensitive) == 0 || host.endsWith(u'.' + domain, Qt::CaseInsensitive));
}

bool isExempt(const QString &list, const QUrl &url)
{
    static const QRegularExpression separator(u"[,;\\s]+"_s);
    QString host = url.host();
    if (host.endsWith(u'.'))
        host.chop(1);
    const QStringList entries = list.split(separator, Qt::SkipEmptyParts);
    return std::ranges::any_of(entries, [&](const QString &entry) {
        if (entry == "*"_L1)
            return true;
        static const QRegularExpression portAtEnd(u"^(\\[[^\\]]*\\]|[^:]*):([0-9]+)$"_s);
        const auto parts = portAtEnd.match(entry);
        if (!parts.hasMatch())
            return isFor(entry, host);
        return parts.captured(2).toInt() == url.port(url.scheme() == "https"_L1 ? 443 : 80) && isFor(parts.captured(1), host);
    });
}

/// All authorities that a system trusts fit into a quarter of it.
constexpr qint64 mostBytes = 4 * 1024 * 1024;

} // namespace

KeyText readKey(const QString &text)
{
    QString key;
    const QList<uint> characters = text.toUcs4();
    for (const uint c : characters)
        key += plain(c);
    for (QString before; key != before;) {
        before = key;
        key = withoutPrefix(withoutQuotes(key.trimmed()));
    }
    return checked(key);
}

QString faultText(const KeyText &key)
{
    switch (key.fault) {
    case KeyFault::None:
        return {};
    case KeyFault::LineBreak:
        return u"holds a line break (were two lines copied?)"_s;
    case KeyFault::Space:
        return u"holds a space (was something else copied along with it?)"_s;
    case KeyFault::Control:
        return u"holds control characters"_s;
    case KeyFault::Quote:
        return u"holds a quote"_s;
    case KeyFault::Masked:
        return u"is masked, as it is shown somewhere, and not the key itself"_s;
    case KeyFault::Foreign:
        return u"holds \"%1\", which no key has"_s.arg(visibleLine(key.character));
    }
    Q_UNREACHABLE();
}

QString readProxy(const QString &text)
{
    const QString proxy = text.trimmed();
    for (const QLatin1String word : {"system"_L1, "none"_L1}) {
        if (proxy.compare(word, Qt::CaseInsensitive) == 0)
            return word;
    }
    static const QRegularExpression bare(u"^(?:[^/@\\s]+@)?(?:\\[[0-9a-fA-F:.]+\\]|[A-Za-z0-9._-]+):[0-9]+/?$"_s);
    if (bare.match(proxy).hasMatch())
        return u"http://"_s + proxy;
    const qsizetype schemeEnd = proxy.indexOf("://"_L1);
    if (schemeEnd < 0)
        return proxy;
    const QString scheme = proxy.first(schemeEnd).toLower();
    return (scheme == "socks"_L1 ? u"socks5"_s : scheme) + proxy.sliced(schemeEnd);
}

QString proxyFault(const QString &text)
{
    const QString proxy = readProxy(text);
    if (proxy == "system"_L1 || proxy == "none"_L1)
        return {};
    const QUrl url(proxy, QUrl::StrictMode);
    const bool knownScheme = url.scheme() == "http"_L1 || url.scheme() == "socks5"_L1 || url.scheme() == "socks5h"_L1;
    const bool mangled = std::ranges::any_of(proxy, [](QChar c) { return c.isSpace() || c.category() == QChar::Other_Control; });
    if (!url.isValid() || !knownScheme || url.host().isEmpty() || url.port() == 0 || mangled)
        return u"must be system, none, or an http://, socks5:// or socks5h:// URL"_s;
    return {};
}

std::optional<QString> environmentProxy(const QUrl &url, const Variable &variable)
{
    const bool tls = url.scheme() == "https"_L1;
    // The last one for want of a better: who sets it alone means all.
    const QString proxy = tls ? firstOf(variable, {"https_proxy", "all_proxy", "http_proxy"}) : firstOf(variable, {"http_proxy", "all_proxy"});
    if (proxy.isEmpty() || !proxyFault(proxy).isEmpty())
        return std::nullopt;
    return isExempt(firstOf(variable, {"no_proxy"}), url) ? u"none"_s : readProxy(proxy);
}

CaFileFault readCaFile(const QString &path, QList<QSslCertificate> *certificates)
{
    if (!QDir::isAbsolutePath(path))
        return CaFileFault::NotAbsolute;
    const QFileInfo info(path);
    if (!info.exists())
        return closedOnTheWayTo(path) ? CaFileFault::Unreadable : CaFileFault::Missing;
    QFile file(path);
    // A pipe or a device might never end.
    if (!info.isFile() || !file.open(QIODevice::ReadOnly))
        return CaFileFault::Unreadable;
    if (file.size() > mostBytes)
        return CaFileFault::TooLarge;
    const QByteArray bytes = file.read(mostBytes);
    const qsizetype announced = bytes.count("-----BEGIN CERTIFICATE-----");
    if (announced == 0)
        return CaFileFault::NoCertificate;
    const OpenSslErrorsTaken taken;
    const QList<QSslCertificate> found = QSslCertificate::fromData(bytes, QSsl::Pem);
    const bool whole = std::ranges::none_of(found, &QSslCertificate::isNull);
    if (found.size() != announced || !whole)
        return CaFileFault::DamagedCertificate;
    if (certificates)
        *certificates = found;
    return CaFileFault::None;
}

QString toText(CaFileFault fault)
{
    switch (fault) {
    case CaFileFault::None:
        return {};
    case CaFileFault::NotAbsolute:
        return QStringLiteral("is no absolute path");
    case CaFileFault::Missing:
        return QStringLiteral("does not exist");
    case CaFileFault::Unreadable:
        return QStringLiteral("cannot be read");
    case CaFileFault::TooLarge:
        return QStringLiteral("is larger than 4 MiB");
    case CaFileFault::NoCertificate:
        return QStringLiteral("holds no certificate in PEM form (-----BEGIN CERTIFICATE-----)");
    case CaFileFault::DamagedCertificate:
        return QStringLiteral("holds a certificate that cannot be read");
    }
    Q_UNREACHABLE();
}

} // namespace qcc
