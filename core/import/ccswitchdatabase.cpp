#include "core/import/ccswitchdatabase.h"

#include "core/base/sqlitefile.h"

#include <QJsonDocument>

namespace qcc {

using namespace Qt::StringLiterals;

namespace {

// As cc-switch orders them. Settings are a few lines; what is far longer is something else.
constexpr auto selectProviders = R"(SELECT app_type, id, name, settings_config, meta, is_current FROM providers
    WHERE app_type IN ('claude', 'codex', 'gemini') AND length(settings_config) <= 262144 AND length(meta) <= 262144
    ORDER BY COALESCE(sort_index, 999999), created_at, id LIMIT ?)"_L1;

QJsonObject parsed(const QVariant &cell)
{
    return QJsonDocument::fromJson(cell.toString().toUtf8()).object();
}

} // namespace

Result<CcSwitchDatabase> readCcSwitchDatabase(const QString &path, qsizetype most)
{
    SqliteFile file;
    CcSwitchDatabase found;
    const auto take = [&found](const QVariantList &row) {
        const QString app = row.at(0).toString();
        const QString id = row.at(1).toString();
        found.providers.append({app, id, row.at(2).toString(), parsed(row.at(3)), parsed(row.at(4))});
        if (row.at(5).toBool())
            found.current.insert(app, id);
        return true;
    };
    if (!file.openForeign(path, std::chrono::seconds(1))
        || !file.read(selectProviders, {static_cast<qint64>(most + 1)}, take))
        return Failure{ErrorCode::Failed, file.error().message, {}};
    return found;
}

} // namespace qcc
