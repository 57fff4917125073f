#include "app/cli/command.h"

#include "app/cli/parse.h"
#include "core/config/configfile.h"
#include "core/upstream/ownaddress.h"

#include <QJsonDocument>
#include <QJsonObject>

#include <algorithm>

namespace qcc::cli {

using namespace Qt::StringLiterals;

namespace {

template <typename List>
auto findByName(const List &list, QStringView name) -> decltype(list.data())
{
    const auto found = std::find_if(list.begin(), list.end(), [name](const auto &item) { return item.name == name; });
    return found == list.end() ? nullptr : &*found;
}

} // namespace

const Option *Command::option(QStringView longName) const
{
    return findByName(options, longName);
}

const Command *CommandTable::command(QStringView name) const
{
    return findByName(commands, name);
}

const Group *CommandTable::group(QStringView name) const
{
    return findByName(groups, name);
}

QStringList CommandTable::verbs(QStringView noun) const
{
    QStringList found;
    const QString prefix = noun.toString() + QLatin1Char(' ');
    for (const Command &command : commands) {
        if (!command.hidden && command.name.startsWith(prefix))
            found.append(command.name.mid(prefix.size()));
    }
    return found;
}

QStringList CommandTable::nouns() const
{
    QStringList found;
    for (const Command &command : commands) {
        const QString noun = command.name.section(QLatin1Char(' '), 0, 0);
        if (!command.hidden && !found.contains(noun))
            found.append(noun);
    }
    return found;
}

std::optional<QString> Invocation::value(QLatin1StringView name) const
{
    const auto found = options.constFind(QString(name));
    if (found == options.constEnd())
        return std::nullopt;
    return found->last();
}

std::optional<int> Invocation::number(QLatin1StringView name) const
{
    const std::optional<QString> text = value(name);
    if (!text)
        return std::nullopt;
    return text->toInt();
}

Exit exitFor(ErrorCode code)
{
    switch (code) {
    case ErrorCode::Usage:
        return Exit::Usage;
    case ErrorCode::NotRunning:
        return Exit::NotRunning;
    case ErrorCode::AlreadyRunning:
        return Exit::AlreadyRunning;
    default:
        return Exit::Failed;
    }
}

Run::Run(const CommandTable &table, Paths paths, Terminal terminal)
    : m_table(table)
    , m_paths(std::move(paths))
    , m_terminal(terminal)
    , m_keys(m_paths.keyFile(), systemKeychain())
{
}

void Run::printJson(const QJsonObject &object)
{
    m_terminal.lines(QString::fromUtf8(QJsonDocument(object).toJson(QJsonDocument::Indented)));
}

void Run::finish(Exit code)
{
    if (std::exchange(m_finished, true))
        return;
    Q_EMIT finished(static_cast<int>(code));
}

void Run::fail(const Failure &failure)
{
    fail(failure, exitFor(failure.code));
}

void Run::fail(const Failure &failure, Exit code)
{
    m_terminal.error(failure.message, failure.hint);
    finish(code);
}

namespace {

QString nameHint(const QString &wanted, const QStringList &names, const QString &none)
{
    if (names.isEmpty())
        return none;
    const QString near = didYouMean(wanted, names);
    return near.isEmpty() ? u"There is: %1."_s.arg(names.join(", "_L1)) : near;
}

} // namespace

Result<Config> readConfig(Run &run)
{
    return loadConfig(run.paths().config(), run.keys());
}

Result<Config> readConfigWithoutKeys(const Run &run)
{
    return loadConfigWithoutKeys(run.paths().config());
}

Result<Config> changeConfig(Run &run, const std::function<Result<void>(QJsonObject &)> &change)
{
    if (const QString wrong = run.paths().ensureHome(); !wrong.isEmpty())
        return Failure{ErrorCode::WriteFailed, wrong, u"Set QCC_HOME to a folder that you may write to."_s};
    return editConfig(run.paths().config(), run.keys(), change);
}

void unlessItLeadsBack(Run &run, const std::function<Result<void>(QJsonObject &)> &change, std::function<void()> then)
{
    // A fault in the file or in the change shows when it is saved.
    const Result<QJsonObject> before = loadConfigJson(run.paths().config(), run.keys());
    QJsonObject after = before ? *before : QJsonObject();
    const QList<QByteArray> urls = before && change(after) ? urlsToCheck(*before, after) : QList<QByteArray>();
    if (urls.isEmpty())
        return then();
    refuseLoops(after, urls, &run, [&run, then = std::move(then)](const Result<void> &leads) {
        if (!leads)
            run.fail(leads.error());
        else
            then();
    });
}

Result<Cluster> findCluster(const Config &config, const QString &name)
{
    if (const Cluster *cluster = config.cluster(name))
        return *cluster;
    QStringList names;
    for (const Cluster &cluster : config.clusters)
        names.append(cluster.name);
    return Failure{ErrorCode::NotFound, u"There is no cluster \"%1\"."_s.arg(name),
                   nameHint(name, names, u"There is no cluster at all; `qcc cluster add %1` adds it."_s.arg(name))};
}

Result<Endpoint> findEndpoint(const Cluster &cluster, const QString &nameOrId)
{
    QStringList names;
    for (const Endpoint &endpoint : cluster.endpoints) {
        if (endpoint.name == nameOrId)
            return endpoint;
        names.append(endpoint.name);
    }
    for (const Endpoint &endpoint : cluster.endpoints) {
        if (endpoint.id == nameOrId)
            return endpoint;
    }
    return Failure{ErrorCode::NotFound,
                   u"The cluster \"%1\" has no endpoint \"%2\"."_s.arg(cluster.name, nameOrId),
                   nameHint(nameOrId, names, u"It has none at all; `qcc endpoint add %1` adds one."_s.arg(cluster.name))};
}

Result<QList<EndpointPlace>> findEndpoints(const Config &config, const QString &nameOrId)
{
    QList<EndpointPlace> places;
    QStringList names;
    for (const Cluster &cluster : config.clusters) {
        if (const Result<Endpoint> endpoint = findEndpoint(cluster, nameOrId))
            places.append({cluster.name, *endpoint});
        for (const Endpoint &endpoint : cluster.endpoints)
            names.append(endpoint.name);
    }
    if (!places.isEmpty())
        return places;
    names.removeDuplicates();
    return Failure{ErrorCode::NotFound, u"There is no endpoint \"%1\"."_s.arg(nameOrId),
                   nameHint(nameOrId, names, u"There is none at all; `qcc endpoint add` adds one."_s)};
}

} // namespace qcc::cli
