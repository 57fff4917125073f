#include "ui/clusters/endpointdraft.h"

#include "core/config/addresses.h"
#include "core/config/clientidentity.h"
#include "core/config/endpointtext.h"
#include "core/config/keycommand.h"
#include "core/config/loginhosts.h"
#include "core/config/ownfields.h"
#include "core/config/vendors.h"
#include "ui/model/coretext.h"

#include <QCoreApplication>
#include <QUrl>

#include <algorithm>

// What there is to say about a draft, field by field.

namespace qcc {

using namespace Qt::StringLiterals;

namespace {

class DraftText
{
    Q_DECLARE_TR_FUNCTIONS(DraftText)

public:
    /// Core decides whether it is a fault; these are only the words for it.
    static QString ofBaseUrl(const QString &text)
    {
        const QUrl url(text, QUrl::StrictMode);
        if (std::ranges::any_of(text, [](QChar c) { return c.isSpace(); }))
            return tr("Must not hold spaces.");
        if (url.scheme() != "http"_L1 && url.scheme() != "https"_L1)
            return tr("Must begin with https:// or http://.");
        if (url.authority().contains(u'@'))
            return tr("Must not hold a user name or password; the key has a field of its own.");
        if (url.isValid() && url.host().isEmpty())
            return tr("Must name a host, as in https://relay.example/api.");
        if (url.port() == 0)
            return tr("The port must be from 1 to 65535.");
        if (url.hasQuery())
            return tr("Must not have a query (“?…”).");
        if (url.hasFragment())
            return tr("Must not have a fragment (“#…”).");
        return tr("This is no address of the form https://host/path.");
    }

    static QString ofKey(const KeyText &key)
    {
        switch (key.fault) {
        case KeyFault::None:
            return {};
        case KeyFault::LineBreak:
            return tr("Holds a line break: were two lines copied?");
        case KeyFault::Space:
            return tr("A key has letters, digits and signs, but no spaces.");
        case KeyFault::Control:
            return tr("Must not hold tabs or other control characters.");
        case KeyFault::Quote:
            return tr("A key holds no quotes.");
        case KeyFault::Masked:
            return tr("This is the key as it is shown somewhere, and not the key itself.");
        case KeyFault::Foreign:
            return tr("Holds “%1”, which no key has.").arg(key.character);
        }
        Q_UNREACHABLE();
    }

    /// What core says is wrong, as a sentence of its own.
    static QString ofCore(const QString &fault)
    {
        const QString text = inUsersLanguage(fault);
        return tr("%1.", "a whole sentence").arg(text.first(1).toUpper() + text.sliced(1));
    }

    static QString ofCaFile(CaFileFault fault)
    {
        switch (fault) {
        case CaFileFault::None:
            return {};
        case CaFileFault::NotAbsolute:
            return tr("Must be the whole path of a file.");
        case CaFileFault::Missing:
            return tr("There is no such file.");
        case CaFileFault::Unreadable:
            return tr("This file cannot be read.");
        case CaFileFault::TooLarge:
            return tr("This file is too large to be one of certificates.");
        case CaFileFault::NoCertificate:
            return tr("This file holds no certificate in PEM form.");
        case CaFileFault::DamagedCertificate:
            return tr("A certificate in this file cannot be read.");
        }
        Q_UNREACHABLE();
    }
};

bool holdsControl(const QString &text)
{
    return std::ranges::any_of(text, [](QChar c) { return c.category() == QChar::Other_Control; });
}

QByteArray baseUrlOf(const EndpointDraft &draft)
{
    return trimmedBaseUrl(draft.baseUrl.trimmed());
}

std::optional<DraftNote> noteOnName(const EndpointDraft &draft, const DraftSurroundings &around)
{
    using enum DraftNote::Gravity;
    const QString name = draft.name.trimmed();
    if (name.isEmpty() && !around.isNew)
        return DraftNote{DraftField::Name, Fault, DraftText::tr("An endpoint needs a name."), {}, {}};
    if (holdsControl(name))
        return DraftNote{DraftField::Name, Fault, DraftText::tr("Must not hold tabs or other control characters."), {}, {}};
    if (around.otherNames.contains(name))
        return DraftNote{DraftField::Name, Fault, DraftText::tr("Another endpoint of this cluster has this name."), {}, {}};
    return std::nullopt;
}

std::optional<DraftNote> noteOnBaseUrl(const EndpointDraft &draft, const DraftSurroundings &around)
{
    using enum DraftNote::Gravity;
    const QString text = draft.baseUrl.trimmed();
    if (text.isEmpty())
        return DraftNote{DraftField::BaseUrl, around.isNew ? Missing : Fault, DraftText::tr("An endpoint needs a base URL."), {},
                         {}};
    if (text.contains(vendorResource))
        return DraftNote{DraftField::BaseUrl, Fault, DraftText::tr("Put the name of your resource in place of %1.").arg(vendorResource), {}, {}};
    if (!baseUrlFault(text).isEmpty())
        return DraftNote{DraftField::BaseUrl, Fault, DraftText::ofBaseUrl(text), {}, {}};
    const QByteArray baseUrl = baseUrlOf(draft);
    if (pointsAt(baseUrl, around.listenHost, around.listenPort))
        return DraftNote{DraftField::BaseUrl, Fault, DraftText::tr("This is the address of qcc itself."), {}, {}};
    if (const QByteArray seen = withoutUnseen(baseUrl); seen != baseUrl) {
        return DraftNote{DraftField::BaseUrl, Warning, DraftText::tr("Holds characters that cannot be seen."), QString::fromUtf8(seen),
                         DraftText::tr("Remove them")};
    }
    if (const QByteArray end = needlessEnd(baseUrl); !end.isEmpty()) {
        return DraftNote{DraftField::BaseUrl, Warning,
                         DraftText::tr("Requests name /v1 themselves. It is said once, and without it clients that ask for another version work, too."),
                         QString::fromUtf8(baseUrl.chopped(end.size())), DraftText::tr("Remove %1").arg(QString::fromUtf8(end))};
    }
    if (const QByteArray behind = pathBehindVersion(baseUrl); !behind.isEmpty()) {
        const QByteArray upToVersion = baseUrl.chopped(behind.size());
        const QString version = QString::fromUtf8(upToVersion.sliced(upToVersion.lastIndexOf('/') + 1));
        return DraftNote{DraftField::BaseUrl, Warning, DraftText::tr("Names %1 in its midst, and requests name a version behind it.").arg(version),
                         QString::fromUtf8(upToVersion), DraftText::tr("Remove %1").arg(QString::fromUtf8(behind))};
    }
    // What was typed before stays, and whoever chose the vendor learns that.
    if (const VendorPreset *vendor = vendorNamed(draft.vendor); vendor && !isVendorsBaseUrl(*vendor, QString::fromUtf8(baseUrl)))
        return DraftNote{DraftField::BaseUrl, Warning, DraftText::tr("%1 is at another address.", "vendor").arg(vendor->title), vendor->baseUrl, DraftText::tr("Use that")};
    return std::nullopt;
}

std::optional<DraftNote> noteOnKey(const EndpointDraft &draft, const DraftSurroundings &around)
{
    using enum DraftNote::Gravity;
    const KeyText key = readKey(draft.apiKey.value_or(QString()));
    if (!key.isGood())
        return DraftNote{DraftField::ApiKey, Fault, DraftText::ofKey(key), {}, {}};
    const bool none = draft.apiKey ? key.key.isEmpty() : !around.hasStoredKey;
    if (!none || draft.auth == AuthStyle::None || draft.auth == AuthStyle::Passthrough || !draft.apiKeyCommand.trimmed().isEmpty())
        return std::nullopt;
    // Nobody is warned before the form was begun.
    if (around.isNew && !draft.apiKey && draft.baseUrl.trimmed().isEmpty())
        return std::nullopt;
    return DraftNote{DraftField::ApiKey, Warning, DraftText::tr("Without a key most endpoints refuse every request."), {}, {}};
}

std::optional<DraftNote> noteOnAuth(const EndpointDraft &draft, const DraftSurroundings &around)
{
    using enum DraftNote::Gravity;
    if (draft.auth != AuthStyle::Passthrough || !baseUrlFault(draft.baseUrl.trimmed()).isEmpty())
        return std::nullopt;
    const bool hasKey = draft.apiKey ? !draft.apiKey->trimmed().isEmpty() : around.hasStoredKey && !around.storedIsProgram;
    if (hasKey || !draft.apiKeyCommand.trimmed().isEmpty())
        return DraftNote{DraftField::Auth, Fault, DraftText::tr("It gets the client's own login, and has no key besides: remove the key, or the program."), {}, {}};
    if (takesItsOwnLogins(baseUrlOf(draft)))
        return std::nullopt;
    const QString host = hostOf(baseUrlOf(draft));
    if (draft.passthroughAnywhere)
        return DraftNote{DraftField::Auth, Warning, DraftText::tr("passthrough_anywhere: the login of the client goes to %1, which has not issued it.").arg(host), {}, {}};
    return DraftNote{DraftField::Auth, Fault, DraftText::tr("%1 is none of the vendors' own hosts, or not asked over https: whoever is there would get the login of the client.").arg(host), {}, {}};
}

std::optional<DraftNote> noteOnProxy(const EndpointDraft &draft)
{
    using enum DraftNote::Gravity;
    if (proxyFault(draft.proxy).isEmpty())
        return std::nullopt;
    if (draft.proxy.isEmpty())
        return DraftNote{DraftField::Proxy, Missing, DraftText::tr("The proxy needs an address."), {}, {}};
    return DraftNote{DraftField::Proxy, Fault, DraftText::tr("Must be an address like http://host:8080 or socks5://host:1080."), {}, {}};
}

std::optional<DraftNote> noteOnCaFile(const EndpointDraft &draft)
{
    const QString path = draft.caFile.trimmed();
    const CaFileFault fault = path.isEmpty() ? CaFileFault::None : readCaFile(path);
    if (fault == CaFileFault::None)
        return std::nullopt;
    return DraftNote{DraftField::CaFile, DraftNote::Gravity::Fault, DraftText::ofCaFile(fault), {}, {}};
}

std::optional<DraftNote> noteOnModels(const EndpointDraft &draft)
{
    using enum DraftNote::Gravity;
    QStringList seen;
    for (const auto &[from, to] : draft.modelMap) {
        const QString asked = from.trimmed();
        if (asked.isEmpty() && to.trimmed().isEmpty())
            continue;
        if (asked.isEmpty() || to.trimmed().isEmpty())
            return DraftNote{DraftField::ModelMap, Fault, DraftText::tr("Each line needs both names."), {}, {}};
        if (seen.contains(asked))
            return DraftNote{DraftField::ModelMap, Fault, DraftText::tr("%1 is there twice.").arg(asked), {}, {}};
        seen << asked;
    }
    return std::nullopt;
}

/// `judge` says what is wrong with a name and its text. What is hidden on the screen is in no note.
std::optional<DraftNote> noteOnOwn(DraftField field, const PairLines &lines, QString (*judge)(const QString &, const QString &), Qt::CaseSensitivity names)
{
    using enum DraftNote::Gravity;
    QStringList seen;
    for (const auto &[typedName, typedText] : lines) {
        const QString name = typedName.trimmed();
        const QString text = typedText.trimmed();
        if (name.isEmpty() && text.isEmpty())
            continue;
        if (name.isEmpty() || text.isEmpty())
            return DraftNote{field, Fault, DraftText::tr("Each line needs a name and a value."), {}, {}};
        if (seen.contains(name, names))
            return DraftNote{field, Fault, DraftText::tr("%1 is there twice.").arg(name), {}, {}};
        if (const QString fault = judge(name, text); !fault.isEmpty())
            return DraftNote{field, Fault, DraftText::tr("%1 %2.", "a header's name, what is wrong with it").arg(name, inUsersLanguage(fault)), {}, {}};
        seen << name;
    }
    return std::nullopt;
}

std::optional<DraftNote> noteOnHeaders(const EndpointDraft &draft)
{
    return noteOnOwn(DraftField::Headers, draft.headers, ownHeaderFault, Qt::CaseInsensitive);
}

std::optional<DraftNote> noteOnQuery(const EndpointDraft &draft)
{
    return noteOnOwn(DraftField::Query, draft.query, ownParameterFault, Qt::CaseSensitive);
}

/// Of the program that says the key.
std::optional<DraftNote> noteOnKeyCommand(const EndpointDraft &draft)
{
    using enum DraftNote::Gravity;
    const QString command = draft.apiKeyCommand.trimmed();
    if (command.isEmpty())
        return std::nullopt;
    if (const QString fault = keyCommandFault(command); !fault.isEmpty())
        return DraftNote{DraftField::KeyCommand, Fault, DraftText::tr("Must name a program."), {}, {}};
    if (draft.apiKey && !draft.apiKey->trimmed().isEmpty())
        return DraftNote{DraftField::KeyCommand, Fault, DraftText::tr("A key comes from one place: clear the key, or the program."), {}, {}};
    return std::nullopt;
}

std::optional<DraftNote> noteOnClientCert(const EndpointDraft &draft)
{
    using enum DraftNote::Gravity;
    const QString certificate = draft.clientCert.trimmed();
    const QString key = draft.clientKey.trimmed();
    if (certificate.isEmpty() && key.isEmpty())
        return std::nullopt;
    if (certificate.isEmpty())
        return DraftNote{DraftField::ClientCert, Fault, DraftText::tr("A key is of no use without its certificate."), {}, {}};
    const Result<ClientIdentity> identity = readClientIdentity(certificate, key, QDateTime::currentDateTimeUtc());
    if (identity)
        return std::nullopt;
    return DraftNote{DraftField::ClientCert, Fault, DraftText::ofCore(identity.error().message), {}, {}};
}

} // namespace

QList<DraftNote> notesOn(const EndpointDraft &draft, const DraftSurroundings &surroundings)
{
    QList<DraftNote> notes;
    for (const std::optional<DraftNote> &note : {noteOnName(draft, surroundings), noteOnBaseUrl(draft, surroundings),
                                                 noteOnKey(draft, surroundings), noteOnAuth(draft, surroundings), noteOnProxy(draft), noteOnCaFile(draft),
                                                 noteOnModels(draft), noteOnHeaders(draft), noteOnQuery(draft), noteOnKeyCommand(draft),
                                                 noteOnClientCert(draft)}) {
        if (note)
            notes << *note;
    }
    return notes;
}

bool canBeSaved(const QList<DraftNote> &notes)
{
    return std::ranges::all_of(notes, [](const DraftNote &note) { return note.gravity == DraftNote::Gravity::Warning; });
}

} // namespace qcc
