#include "app/tray/endpointtester.h"
#include "tests/traysupport/overviewsamples.h"
#include "ui/clusters/importdialog.h"
#include "ui/clusters/probereport.h"
#include "ui/model/endpointwords.h"
#include "ui/model/exchangetext.h"
#include "ui/model/noticepolicy.h"
#include "ui/model/words.h"
#include "ui/overview/endpointtablemodel.h"
#include "ui/overview/problemtable.h"
#include "ui/overview/sentence.h"
#include "ui/requests/exchangedetail.h"
#include "ui/requests/exchangesmodel.h"
#include "ui/tray/traymenu.h"
#include "ui/window/findingwords.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QLabel>
#include <QPlainTextEdit>
#include <QScopeGuard>
#include <QTest>
#include <QTranslator>
#include <QTreeWidget>

#include <functional>

using namespace qcc;
using namespace Qt::StringLiterals;

namespace {

/// What core may say of an endpoint.
const QString said = u"the certificate of a.example expired on 2026-01-02; check this computer's clock, else only the endpoint's operator can renew it"_s;
constexpr const char *wordsOfIt[] = {"certificate", "expired", "clock", "operator", "renew"};

ExchangeRecord failedExchange()
{
    ExchangeRecord exchange;
    exchange.number = 7;
    exchange.startedAt = test::now;
    exchange.method = "POST";
    exchange.path = "/v1/messages";
    exchange.cluster = u"work"_s;
    exchange.outcome = Outcome::Error;
    exchange.status = 502;
    exchange.error = u"relay-a: "_s + said;
    AttemptRecord attempt;
    attempt.endpointId = u"id-relay-a"_s;
    attempt.endpointName = u"relay-a"_s;
    attempt.failure = FailureClass::Connect;
    attempt.phase = Phase::Tls;
    attempt.fromUpstream = false;
    attempt.error = said;
    exchange.attempts = {attempt};
    return exchange;
}

ProxyView failingView()
{
    ProxyView view = test::fullView();
    view.lastError = said;
    for (EndpointView &endpoint : view.endpoints) {
        endpoint.health = EndpointHealth::Open;
        endpoint.lastError = said;
    }
    view.state = ProxyState::Down;
    return view;
}

/// All that can be read of `widget` and what stands in it, with the mouse or without it.
QStringList textsOf(QWidget &widget)
{
    QStringList texts;
    for (QWidget *each : widget.findChildren<QWidget *>()) {
        texts << each->toolTip() << each->accessibleName() << each->accessibleDescription();
        if (const auto *label = qobject_cast<QLabel *>(each))
            texts << label->text();
        if (const auto *words = qobject_cast<QPlainTextEdit *>(each))
            texts << words->toPlainText();
    }
    return texts;
}

QStringList textsOf(const QAbstractItemModel &model)
{
    QStringList texts;
    for (int row = 0; row < model.rowCount(); ++row) {
        for (int column = 0; column < model.columnCount(); ++column) {
            for (const int role : {Qt::DisplayRole, Qt::ToolTipRole, Qt::AccessibleTextRole, Qt::AccessibleDescriptionRole})
                texts << model.index(row, column).data(role).toString();
        }
    }
    return texts;
}

/// What a notice says of `kind`, once all endpoints fail or one of them.
QString noticed(const QString &kind, const ProxyView &after)
{
    NoticePolicy policy;
    const auto now = NoticePolicy::Time() + std::chrono::hours(1);
    ProxyView before = test::fullView();
    for (EndpointView &endpoint : before.endpoints)
        endpoint.health = EndpointHealth::Healthy;
    before.state = ProxyState::Running;
    policy.stateChanged(before, after, now);
    if (!kind.isEmpty())
        policy.news(kind, u"relay-a"_s, said, 30, now);
    QStringList texts;
    for (const NoticeText &notice : policy.outcome(now + std::chrono::seconds(3)).told)
        texts << notice.title << notice.text;
    return texts.join(u'\n');
}

} // namespace

/// Wherever a screen shows what core says of an endpoint.
class TrayCoreWordsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void noScreenSaysItInCoresWords_data()
    {
        QTest::addColumn<std::function<QString()>>("place");
        const auto row = [](const char *name, const std::function<QString()> &place) { QTest::newRow(name) << place; };
        row("tool tip of the icon", [] { return StateText::toolTip(failingView()); });
        row("menu of the icon, copied", [] {
            TrayMenu menu;
            menu.setView(failingView());
            for (QAction *action : menu.findChildren<QAction *>()) {
                if (action->text() == "&Last error"_L1 || action->text().contains(u"错误"_s))
                    action->trigger();
            }
            return QGuiApplication::clipboard()->text();
        });
        row("notice that all fail", [] { return noticed({}, failingView()); });
        for (const char *kind : {"opened", "key_refused"}) {
            row(kind, [kind] {
                ProxyView view = test::fullView();
                view.endpoints[0].health = qstrcmp(kind, "opened") == 0 ? EndpointHealth::Open : EndpointHealth::KeyRefused;
                view.endpoints[0].lastError = said;
                return noticed(QString::fromLatin1(kind), view);
            });
        }
        row("notice that the port is in use", [] {
            NoticePolicy policy;
            return policy.portInUse({ErrorCode::PortInUse, said, {}})->text;
        });
        row("sentence of Overview", [] { const ProxyView view = failingView();
            return EndpointWords::note(view.endpoints.constFirst(), {}) + sentenceFor(view, TimelineView(), test::now).text; });
        row("endpoints of Overview", [] {
            EndpointTableModel model;
            model.setEndpoints(failingView().endpoints, std::chrono::steady_clock::now());
            return textsOf(model).join(u'\n');
        });
        row("problems of Overview", [] {
            ExchangeRecord noAttempt = failedExchange();
            noAttempt.attempts.clear();
            return ProblemText::of(failedExchange()) + ProblemText::details(failedExchange()) + ProblemText::of(noAttempt);
        });
        row("lines of Requests", [] {
            ExchangesModel model;
            model.addFinished({failedExchange()});
            return textsOf(model).join(u'\n');
        });
        row("detail of Requests", [] {
            ExchangeDetail detail;
            detail.setRow(std::make_shared<const ExchangeRow>(failedExchange()), 0);
            return textsOf(detail).join(u'\n');
        });
        row("a request, copied", [] { return exchangeText(failedExchange()); });
        row("test of an endpoint", [] {
            ProbeReport report;
            report.error = said;
            return lineOf(report) + detailsOf(report);
        });
        row("what went wrong", [] { return failureText({ErrorCode::Failed, said, u"Check its permissions."_s}); });
        row("diagnostics", [] {
            const QStringList parts = said.split(u"; "_s);
            const Finding finding{Check::Tls, FindingKind::TlsFailedAsSaid, u"work/a"_s, {u"a.example:443"_s, parts.constFirst(), u"Check this computer's clock, else only the endpoint's operator can renew it."_s}};
            return FindingWords::sentence(finding) + FindingWords::nextStep(finding);
        });
        row("import", [] {
            ImportedEndpoint found;
            found.outcome = ImportOutcome::BadUrl;
            found.sentence = said;
            found.warning = said;
            ImportDialog dialog({found}, {{ImportSource::Fastcc, u"/f"_s, SearchedPlace::State::Unreadable, said}});
            return textsOf(*dialog.findChild<QTreeWidget *>()->model()).join(u'\n') + textsOf(dialog).join(u'\n');
        });
    }
    /// Overview's tool tips, the icon's menu and the notices once had it in English in every language.
    void noScreenSaysItInCoresWords()
    {
        QFETCH(std::function<QString()>, place);
        QTranslator chinese;
        QVERIFY(chinese.load(u":/i18n/qcc_zh_CN.qm"_s));
        QVERIFY(place().contains("clock"_L1)); // It is said there.
        QCoreApplication::installTranslator(&chinese);
        const auto remove = qScopeGuard([&chinese] { QCoreApplication::removeTranslator(&chinese); });
        const QString text = place();
        QVERIFY2(text.contains(u"时钟"_s), qPrintable(text));
        for (const char *word : wordsOfIt)
            QVERIFY2(!text.contains(QLatin1String(word), Qt::CaseInsensitive), qPrintable(text));
    }
};

QTEST_MAIN(TrayCoreWordsTest)
#include "tst_traycorewords.moc"
