#include "core/doctor/checks.h"

#include "core/config/addresses.h"

#include <QUrl>

namespace qcc {

using namespace Qt::StringLiterals;
using enum FindingKind;

namespace {

/// Without what could be a secret, and with the name of the other proxy that is known by it.
QString shownAddress(const QString &url)
{
    FoundEndpoint found;
    found.fields.baseUrl = url;
    const QString shown = shownUrl(found), other = placeholderOf(url.toUtf8(), {});
    return shown.isEmpty() ? u"an address that is none"_s : other.isEmpty() ? shown : u"%1 (%2)"_s.arg(shown, other);
}

} // namespace

QList<Finding> clientFindings(const Examination &seen)
{
    QList<Finding> found;
    const QUrl own(addressOf(seen));
    bool isAsked = false;
    for (const ClientSetting &setting : seen.clients) {
        const auto add = [&](FindingKind kind, const QStringList &values) { found.append({Check::Client, kind, toWord(setting.client), values}); };
        const QUrl url(setting.url);
        const bool isOurs = pointsAt(setting.url.toUtf8(), own.host(), static_cast<quint16>(own.port()));
        // OpenAI's clients name the version in it.
        const QString wanted = own.toString() + (setting.client == ClientProgram::ClaudeCode || setting.client == ClientProgram::GeminiCli ? QString() : u"/v1"_s);
        isAsked = isAsked || (isOurs && url.scheme() == "http"_L1);
        if (!setting.problem.isEmpty())
            add(ClientUnreadable, {setting.place, setting.problem});
        else if (setting.url.isEmpty())
            add(ClientDirect, {setting.place});
        else if (!isOurs)
            add(ClientElsewhere, {shownAddress(setting.url), setting.place, wanted});
        else if (url.scheme() == "https"_L1)
            add(ClientByTls, {shownAddress(setting.url), setting.place, wanted});
        else
            add(ClientHere, {shownAddress(setting.url), setting.place});
    }
    if (seen.clients.isEmpty())
        found.append({Check::Client, NoClient, {}, {own.toString()}});
    else if (!isAsked)
        found.append({Check::Client, NoClientHere, {}, {own.toString()}});
    return found;
}

} // namespace qcc
