#include "core/import/otheraddresses.h"

#include "core/base/ordinaryfile.h"
#include "core/import/codexconfig.h"
#include "core/import/importplaces.h"

#include <QFileInfo>

#include <algorithm>

namespace qcc {

using namespace Qt::StringLiterals;

namespace {

bool namesClaudesAddress(const QByteArray &settings)
{
    const Result<Variables> variables = claudeVariables(settings);
    return !variables || !variables->value(baseUrlVariable(Vendor::Anthropic)).trimmed().isEmpty();
}

bool namesCodexAddress(const QByteArray &toml)
{
    const Result<CodexProvider> provider = codexProvider(toml);
    return !provider || !provider->baseUrl.isEmpty();
}

/// Of a file of lines "NAME=value".
bool namesGeminisAddress(const QByteArray &lines)
{
    const QByteArray name(baseUrlVariable(Vendor::Gemini).data());
    const QList<QByteArray> all = lines.split('\n');
    return std::ranges::any_of(all, [&name](const QByteArray &line) {
        const QByteArray text = line.simplified();
        return !text.startsWith('#') && text.contains(name);
    });
}

} // namespace

OtherAddresses addressesInSettings(const ImportPlaces &places)
{
    struct File {
        Vendor vendor;
        QString path;
        bool (*names)(const QByteArray &text);
    };
    const File files[]{{Vendor::Anthropic, places.claude + u"/settings.local.json"_s, namesClaudesAddress},
                       {Vendor::Anthropic, places.claude + u"/settings.json"_s, namesClaudesAddress},
                       {Vendor::OpenAi, places.codex + u"/config.toml"_s, namesCodexAddress},
                       {Vendor::Gemini, places.gemini + u"/.env"_s, namesGeminisAddress}};
    OtherAddresses others;
    for (const File &file : files) {
        if (!QFileInfo::exists(file.path))
            continue;
        const Result<QByteArray> text = readOrdinary(file.path, longestImportedFile);
        if (!text || file.names(*text))
            others.insert(file.vendor, file.path);
    }
    return others;
}

} // namespace qcc
