#include "ui/clusters/endpointdraft.h"

#include "core/config/addresses.h"
#include "core/config/endpointtext.h"
#include "core/config/ownfields.h"
#include "ui/model/coretext.h"

#include <QCoreApplication>
#include <QUrl>

#include <algorithm>

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

QMap<QString, QString> mapOf(const PairLines &lines)
{
    QMap<QString, QString> map;
    for (const auto &[from, to] : lines) {
        if (!from.trimmed().isEmpty())
            map.insert(from.trimmed(), to.trimmed());
    }
    return map;
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
    return std::nullopt;
}

std::optional<DraftNote> noteOnKey(const EndpointDraft &draft, const DraftSurroundings &around)
{
    using enum DraftNote::Gravity;
    const KeyText key = readKey(draft.apiKey.value_or(QString()));
    if (!key.isGood())
        return DraftNote{DraftField::ApiKey, Fault, DraftText::ofKey(key), {}, {}};
    const bool none = draft.apiKey ? key.key.isEmpty() : !around.hasStoredKey;
    if (!none || draft.auth == AuthStyle::None)
        return std::nullopt;
    // Nobody is warned before the form was begun.
    if (around.isNew && !draft.apiKey && draft.baseUrl.trimmed().isEmpty())
        return std::nullopt;
    return DraftNote{DraftField::ApiKey, Warning, DraftText::tr("Without a key most endpoints refuse every request."), {}, {}};
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

PairLines linesOf(const QMap<QString, QString> &map)
{
    PairLines lines;
    for (auto it = map.begin(); it != map.end(); ++it)
        lines.append({it.key(), it.value()});
    return lines;
}

/// Lines without a first name, or with the same one, change nothing yet and are no reason to forget what was typed.
bool holdsMoreThan(const PairLines &lines, const QMap<QString, QString> &stored)
{
    const auto typed = std::ranges::count_if(lines, [](const auto &line) { return !line.first.trimmed().isEmpty() || !line.second.trimmed().isEmpty(); });
    return typed != stored.size();
}

} // namespace

EndpointDraft draftOf(const Endpoint &endpoint)
{
    EndpointDraft draft;
    draft.name = endpoint.name;
    draft.baseUrl = QString::fromUtf8(endpoint.baseUrl);
    draft.auth = endpoint.auth;
    draft.priority = endpoint.priority;
    draft.weight = endpoint.weight;
    draft.proxy = endpoint.proxy;
    draft.http2 = endpoint.http2;
    draft.caFile = endpoint.caFile;
    draft.enabled = endpoint.enabled;
    draft.modelMap = linesOf(endpoint.modelMap);
    draft.headers = linesOf(endpoint.headers);
    draft.query = linesOf(endpoint.query);
    draft.maxConcurrent = endpoint.maxConcurrent;
    draft.requestsPerMinute = endpoint.requestsPerMinute;
    return draft;
}

EndpointFields changedFields(const EndpointDraft &draft, const Endpoint &base)
{
    EndpointFields fields;
    if (draft.name.trimmed() != base.name)
        fields.name = draft.name.trimmed();
    if (baseUrlOf(draft) != base.baseUrl)
        fields.baseUrl = QString::fromUtf8(baseUrlOf(draft));
    if (draft.apiKey && readKey(*draft.apiKey).key.toUtf8() != base.apiKey)
        fields.apiKey = readKey(*draft.apiKey).key;
    if (draft.auth != base.auth)
        fields.auth = draft.auth;
    if (draft.priority != base.priority)
        fields.priority = draft.priority;
    if (draft.weight != base.weight)
        fields.weight = draft.weight;
    if (readProxy(draft.proxy) != base.proxy)
        fields.proxy = readProxy(draft.proxy);
    if (draft.http2 != base.http2)
        fields.http2 = draft.http2;
    if (draft.caFile.trimmed() != base.caFile)
        fields.caFile = draft.caFile.trimmed();
    if (mapOf(draft.modelMap) != base.modelMap)
        fields.modelMap = mapOf(draft.modelMap);
    if (mapOf(draft.headers) != base.headers)
        fields.headers = mapOf(draft.headers);
    if (mapOf(draft.query) != base.query)
        fields.query = mapOf(draft.query);
    if (draft.maxConcurrent != base.maxConcurrent)
        fields.maxConcurrent = draft.maxConcurrent;
    if (draft.requestsPerMinute != base.requestsPerMinute)
        fields.requestsPerMinute = draft.requestsPerMinute;
    if (draft.enabled != base.enabled)
        fields.enabled = draft.enabled;
    return fields;
}

EndpointFields allFields(const EndpointDraft &draft, const QByteArray &storedKey)
{
    EndpointFields fields;
    // An empty name is left out: the endpoint is then called by its host.
    if (!draft.name.trimmed().isEmpty())
        fields.name = draft.name.trimmed();
    fields.baseUrl = QString::fromUtf8(baseUrlOf(draft));
    fields.apiKey = readKey(draft.apiKey.value_or(QString::fromUtf8(storedKey))).key;
    fields.auth = draft.auth;
    fields.priority = draft.priority;
    fields.weight = draft.weight;
    fields.proxy = readProxy(draft.proxy);
    fields.http2 = draft.http2;
    fields.caFile = draft.caFile.trimmed();
    fields.modelMap = mapOf(draft.modelMap);
    fields.headers = mapOf(draft.headers);
    fields.query = mapOf(draft.query);
    fields.maxConcurrent = draft.maxConcurrent;
    fields.requestsPerMinute = draft.requestsPerMinute;
    fields.enabled = draft.enabled;
    return fields;
}

bool isEmpty(const EndpointFields &fields)
{
    return !fields.name && !fields.baseUrl && !fields.apiKey && !fields.priority && !fields.weight && !fields.auth && !fields.proxy
        && !fields.http2 && !fields.caFile && !fields.modelMap && !fields.enabled && !fields.headers && !fields.query
        && !fields.maxConcurrent && !fields.requestsPerMinute;
}

bool isEdited(const EndpointDraft &draft, const Endpoint &base)
{
    // A key that cannot be saved as it stands changes nothing yet either.
    const bool typedKey = draft.apiKey && !readKey(*draft.apiKey).isGood();
    return !isEmpty(changedFields(draft, base)) || holdsMoreThan(draft.modelMap, base.modelMap) || holdsMoreThan(draft.headers, base.headers)
        || holdsMoreThan(draft.query, base.query) || typedKey;
}

EndpointDraft rebased(const EndpointDraft &draft, const Endpoint &before, const Endpoint &after)
{
    const EndpointDraft old = draftOf(before);
    EndpointDraft next = draftOf(after);
    const auto keepEdited = [&](auto field) {
        if (draft.*field != old.*field)
            next.*field = draft.*field;
    };
    keepEdited(&EndpointDraft::name);
    keepEdited(&EndpointDraft::baseUrl);
    keepEdited(&EndpointDraft::apiKey);
    keepEdited(&EndpointDraft::auth);
    keepEdited(&EndpointDraft::priority);
    keepEdited(&EndpointDraft::weight);
    keepEdited(&EndpointDraft::proxy);
    keepEdited(&EndpointDraft::http2);
    keepEdited(&EndpointDraft::caFile);
    keepEdited(&EndpointDraft::modelMap);
    keepEdited(&EndpointDraft::headers);
    keepEdited(&EndpointDraft::query);
    keepEdited(&EndpointDraft::maxConcurrent);
    keepEdited(&EndpointDraft::requestsPerMinute);
    keepEdited(&EndpointDraft::enabled);
    return next;
}

QList<DraftNote> notesOn(const EndpointDraft &draft, const DraftSurroundings &surroundings)
{
    QList<DraftNote> notes;
    for (const std::optional<DraftNote> &note : {noteOnName(draft, surroundings), noteOnBaseUrl(draft, surroundings),
                                                 noteOnKey(draft, surroundings), noteOnProxy(draft), noteOnCaFile(draft),
                                                 noteOnModels(draft), noteOnHeaders(draft), noteOnQuery(draft)}) {
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
