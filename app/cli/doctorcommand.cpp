#include "app/cli/commands.h"
#include "core/doctor/doctor.h"

#include <QJsonArray>

namespace qcc::cli {

using namespace Qt::StringLiterals;

namespace {

TintedText markText(Verdict mark)
{
    switch (mark) {
    case Verdict::Ok:
        return {Tint::Green, u"✓"_s};
    case Verdict::Warning:
        return {Tint::Yellow, u"⚠"_s};
    case Verdict::Problem:
        return {Tint::Red, u"✗"_s};
    case Verdict::NotChecked:
        return {Tint::Dim, u"–"_s};
    }
    Q_UNREACHABLE();
}

/// The heading of what `finding` belongs to.
QString headingOf(const Finding &finding)
{
    switch (finding.check) {
    case Check::Home:
    case Check::Config:
    case Check::Permissions:
    case Check::Endpoints:
        return u"Configuration"_s;
    case Check::Port:
        return u"qcc"_s;
    case Check::ClientProxy:
    case Check::Proxy:
        return u"Proxies"_s;
    case Check::Dns:
    case Check::Connection:
    case Check::Tls:
    case Check::Key:
    case Check::Answer:
        return u"Endpoint "_s + finding.subject;
    case Check::Clock:
        return u"This computer"_s;
    case Check::Client:
        return u"Clients"_s;
    }
    Q_UNREACHABLE();
}

QString labelOf(const Finding &finding)
{
    switch (finding.check) {
    case Check::Home:
        return u"folder"_s;
    case Check::Config:
        return u"config.json"_s;
    case Check::ClientProxy:
        return u"clients"_s;
    case Check::Proxy:
        return u"qcc"_s;
    case Check::Dns:
        return u"DNS"_s;
    case Check::Tls:
        return u"TLS"_s;
    case Check::Client:
        return finding.subject;
    default:
        return toWord(finding.check);
    }
}

void print(const QList<Finding> &findings, Terminal &terminal)
{
    std::vector<Row> rows;
    for (const Finding &finding : findings)
        rows.push_back({u"  "_s + markText(verdictOf(finding.kind)), labelOf(finding), sentence(finding)});
    const QList<TintedText> lines = columns(rows);
    // Below the sentence that it belongs to.
    int indent = 0;
    for (const Row &row : rows)
        indent = std::max(indent, row.at(1).width());
    const QString before(indent + 7, u' ');
    QString heading;
    for (qsizetype i = 0; i < lines.size(); ++i) {
        if (const QString next = headingOf(findings.at(i)); next != heading) {
            terminal.line({Tint::Bold, next});
            heading = next;
        }
        terminal.line(lines.at(i));
        if (const QString step = nextStep(findings.at(i)); !step.isEmpty())
            terminal.line(before + u"→ "_s + step);
    }
    terminal.line();
    const bool bad = hasProblem(findings);
    const bool good = std::ranges::all_of(findings, [](const Finding &finding) { return verdictOf(finding.kind) == Verdict::Ok; });
    terminal.line({bad ? Tint::Red : good ? Tint::Green : Tint::Yellow, summary(findings)});
}

void runDoctor(const Invocation &call, Run &run)
{
    const QString homeProblem = homeOwnerProblem(run.paths().home());
    const Result<Config> config = homeProblem.isEmpty() ? readConfig(run) : Failure{ErrorCode::NotAllowed, homeProblem, {}};
    auto *doctor = new Doctor(run.paths(), config, ClientPlaces::ofThisUser(run.paths()), {.offline = call.has("offline"_L1)}, &run);
    QObject::connect(doctor, &Doctor::progressed, &run, [&run](qsizetype asked, qsizetype of) {
        run.terminal().status(u"Asking endpoints: %1 of %2 done"_s.arg(asked).arg(of));
    });
    QObject::connect(doctor, &Doctor::finished, &run, [&run, doctor, json = call.has("json"_L1), path = call.value("save"_L1)] {
        run.terminal().status({});
        if (json)
            run.printJson(findingsJson(doctor->findings()));
        else
            print(doctor->findings(), run.terminal());
        if (path) {
            if (const Result<void> saved = saveBundle(*path, doctor->bundle()); !saved)
                return run.fail(saved.error());
            run.terminal().progress(u"Saved in %1, without keys. Look through it before you pass it on."_s.arg(*path));
        }
        run.finish(hasProblem(doctor->findings()) ? Exit::Failed : Exit::Done);
    });
    doctor->start();
}

} // namespace

std::vector<Command> doctorCommands()
{
    return {
        Command{.name = u"doctor"_s,
                .summary = u"Looks at all that a request needs to get through, and says what to do"_s,
                .options = {Option{.name = u"offline"_s, .help = u"Do not ask the endpoints."_s},
                            Option{.name = u"save"_s,
                                   .help = u"Save what a bug report needs in a new file of JSON, for you alone: the answer, versions, config.json, the end "
                                           "of proxy.log and the stats, all without keys."_s,
                                   .value = {.placeholder = u"FILE"_s}},
                            Option{.name = u"json"_s, .help = u"Print JSON."_s}},
                .examples = {{u"qcc doctor"_s, u"Where a client gets errors and you do not know why"_s},
                             {u"qcc doctor --save report.json"_s, u"For a bug report"_s}},
                .details = u"From the ground up: config.json, the port, proxies, then of each enabled endpoint its name, connection, certificate and key, the "
                           "clock, and where the settings of Claude Code, Codex, Gemini CLI and opencode point. It changes nothing and spends no token: endpoints "
                           "are asked for the list of their models, all within 15 seconds. Exit code 1 when something keeps requests from getting "
                           "through (✗), else 0; what may be meant so (⚠) is no failure. "
                           "Proxies are those of the environment at hand; a qcc that was started elsewhere may have others."_s,
                .handler = runDoctor,
                // That others have a say about it is an answer here.
                .usesHome = false},
    };
}

} // namespace qcc::cli
