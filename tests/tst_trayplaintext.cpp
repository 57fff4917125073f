#include "core/config/configparser.h"
#include "core/config/settings.h"
#include "tests/traysupport/exchanges.h"
#include "ui/clusters/clusterspage.h"
#include "ui/clusters/importdialog.h"
#include "ui/log/logpage.h"
#include "ui/overview/overviewpage.h"
#include "ui/requests/requestspage.h"
#include "ui/tray/trayicon.h"
#include "ui/tray/traymenu.h"
#include "ui/widgets/messages.h"
#include "ui/widgets/plaintext.h"
#include "ui/window/mainwindow.h"

#include <QAbstractItemView>
#include <QAccessible>
#include <QJsonArray>
#include <QJsonDocument>
#include <QLabel>
#include <QTest>

using namespace qcc;
using namespace Qt::StringLiterals;

namespace {

const QString hostile = u"<b>bold</b><img src=\"http://x.example/\"> R&D &lt;i&gt;"_s;
const QString escaped = hostile.toHtmlEscaped();

/// What is wrong with a tooltip that a view shows; empty where nothing is.
QString faultOfTip(const QString &tip)
{
    if (tip.isEmpty() || (tip.startsWith("<p style=\"white-space: pre-wrap\">"_L1) && !tip.contains("<b>"_L1) && !tip.contains("<img"_L1)))
        return {};
    return u"tooltip: "_s + tip;
}

QStringList faultsOf(const QAbstractItemView &view)
{
    QStringList faults;
    const QAbstractItemModel *model = view.model();
    if (!model)
        return {};
    for (int column = 0; column < model->columnCount(); ++column) {
        faults << faultOfTip(model->headerData(column, Qt::Horizontal, Qt::ToolTipRole).toString());
        for (int row = 0; row < model->rowCount(); ++row) {
            const QModelIndex index = model->index(row, column);
            faults << faultOfTip(index.data(Qt::ToolTipRole).toString());
            if (const QString said = index.data(Qt::AccessibleTextRole).toString(); said.contains(escaped))
                faults << u"said: "_s + said;
        }
    }
    return faults;
}

QStringList faultsOf(const QLabel &label)
{
    if (label.textFormat() == Qt::PlainText)
        return {};
    if (label.textFormat() != Qt::RichText)
        return {u"a label guesses: "_s + label.text()};
    const bool foreign = label.text().contains("<b>"_L1) || label.text().contains("<img"_L1);
    return foreign ? QStringList{u"read as HTML: "_s + label.text()} : QStringList();
}

/// All that is wrong below `root`.
QStringList faultsBelow(const QWidget &root)
{
    QStringList faults;
    QList<QWidget *> widgets = root.findChildren<QWidget *>();
    for (QWidget *widget : widgets) {
        if (Qt::mightBeRichText(widget->toolTip()))
            faults << u"tooltip: "_s + widget->toolTip();
        // As a screen reader is told.
        const QAccessibleInterface *said = QAccessible::queryAccessibleInterface(widget);
        for (const auto what : {QAccessible::Name, QAccessible::Description}) {
            if (const QString text = said ? said->text(what) : QString(); text.contains(escaped) || text.contains("<p style"_L1))
                faults << u"said: "_s + text;
        }
        if (const auto *label = qobject_cast<const QLabel *>(widget))
            faults << faultsOf(*label);
        if (const auto *view = qobject_cast<const QAbstractItemView *>(widget))
            faults << faultsOf(*view);
    }
    faults.removeAll(QString());
    faults.removeDuplicates();
    return faults;
}

ConfigSnapshot hostileConfig()
{
    const QJsonObject endpoint{{u"name"_s, hostile}, {u"base_url"_s, u"https://relay.example/a&lt;b"_s}, {u"api_key"_s, u"sk-1"_s},
                               {u"ca_file"_s, u"/nowhere/"_s + hostile}, {u"model_map"_s, QJsonObject{{hostile, hostile}}}};
    QJsonObject json = defaultConfigJson();
    json.insert(u"clusters"_s, QJsonArray{QJsonObject{{u"name"_s, hostile}, {u"endpoints"_s, QJsonArray{endpoint}}}});
    json.insert(u"active_cluster"_s, hostile);
    const Result<Config> config = parseConfig(QJsonDocument(json).toJson());
    return config ? std::make_shared<const Config>(*config) : nullptr;
}

ProxyView hostileView(const Config &config)
{
    ProxyView view;
    view.state = ProxyState::Down;
    view.address = u"http://127.0.0.1:7860"_s;
    view.cluster = hostile;
    view.clusters = {hostile};
    view.lastError = hostile;
    EndpointView endpoint;
    endpoint.id = config.clusters.constFirst().endpoints.constFirst().id;
    endpoint.name = endpoint.lastError = hostile;
    endpoint.baseUrl = u"https://relay.example/"_s + hostile;
    endpoint.health = EndpointHealth::Open;
    view.endpoints = {endpoint};
    return view;
}

QList<ExchangeRecord> hostileExchanges()
{
    ExchangeRecord failed = test::failed(1);
    failed.error = failed.client = failed.model = failed.cluster = hostile;
    failed.path = hostile.toUtf8();
    for (AttemptRecord &attempt : failed.attempts)
        attempt.endpointName = attempt.error = attempt.upstreamError = hostile;
    return {failed};
}

RunningView hostileRunning()
{
    RunningView running = test::running(2);
    running.client = running.model = running.cluster = running.path = running.current->endpointName = hostile;
    return running;
}

} // namespace

/// Words of others are shown as they are, wherever they are shown.
class TrayPlainTextTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void theWindow_data()
    {
        QTest::addColumn<MainWindow::Page>("page");
        QTest::newRow("overview") << MainWindow::Page::Overview;
        QTest::newRow("requests") << MainWindow::Page::Requests;
        QTest::newRow("clusters") << MainWindow::Page::Clusters;
        QTest::newRow("log") << MainWindow::Page::Log;
        QTest::newRow("settings") << MainWindow::Page::Settings;
    }

    void theWindow()
    {
        QFETCH(MainWindow::Page, page);
        const ConfigSnapshot config = hostileConfig();
        QVERIFY(config);
        MainWindow window;
        window.resize(960, 640);
        window.setConfig(config);
        window.setView(hostileView(*config));
        window.present(page);
        QVERIFY(QTest::qWaitForWindowExposed(&window));
        window.messages()->showProblem(hostile);
        window.overview()->setProblems(hostileExchanges());
        window.requests()->addExchanges(hostileExchanges());
        window.log()->setLines({hostile}, 1);
        const Endpoint &endpoint = config->clusters.constFirst().endpoints.constFirst();
        window.clusters()->showTestResult({{u"cluster"_s, hostile}, {u"id"_s, endpoint.id}, {u"name"_s, hostile}, {u"reachable"_s, false},
                                           {u"error"_s, hostile}, {u"total_ms"_s, 1.0}});
        for (const quint64 number : {1, 2}) {
            if (number == 2)
                window.requests()->setRunning({hostileRunning()});
            window.requests()->select(number);
            QCoreApplication::processEvents();
            const QStringList faults = faultsBelow(window);
            QVERIFY2(faults.isEmpty(), qPrintable(faults.join(u'\n')));
        }
    }

    void theImportDialog()
    {
        FoundEndpoint found;
        found.source = ImportSource::CcSwitch;
        found.place = found.cluster = hostile;
        found.fields.name = hostile;
        found.fields.baseUrl = u"https://relay.example/"_s + hostile;
        const SearchedPlace place{ImportSource::CcSwitch, hostile, SearchedPlace::State::Unreadable, hostile};
        const ImportDialog dialog({ImportedEndpoint{found, ImportOutcome::BadUrl, hostile, hostile}}, {place});
        const QStringList faults = faultsBelow(dialog);
        QVERIFY2(faults.isEmpty(), qPrintable(faults.join(u'\n')));
    }

    void theAboutBox()
    {
        const AboutBox box;
        const QStringList faults = faultsBelow(box);
        QVERIFY2(faults.isEmpty(), qPrintable(faults.join(u'\n')));
    }

    void theTraysToolTip()
    {
        TrayIcon icon;
        icon.setView(hostileView(*hostileConfig()));
        QVERIFY2(!Qt::mightBeRichText(icon.toolTip()) && !icon.toolTip().contains(u'<'), qPrintable(icon.toolTip()));
        QVERIFY(icon.toolTip().contains(u"Cluster: ‹b>bold‹/b>"_s));
        QVERIFY(icon.toolTip().contains(u'\n'));
    }

    void markupIsTakenOutWhereNobodySaysHowTextIsRead_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("shown");
        QTest::newRow("none") << u"R&D, a & b, 5 > 4 → c\n工作"_s << u"R&D, a & b, 5 > 4 → c\n工作"_s;
        QTest::newRow("tags") << u"<a href=\"x\">y</a>"_s << u"‹a href=\"x\">y‹/a>"_s;
        QTest::newRow("named character") << u"&lt;b&gt; &amp;"_s << u"＆lt;b＆gt; ＆amp;"_s;
        QTest::newRow("numbered character") << u"&#60;b&#x3e;"_s << u"＆#60;b＆#x3e;"_s;
    }

    void markupIsTakenOutWhereNobodySaysHowTextIsRead()
    {
        QFETCH(QString, text);
        QTEST(markupFree(text), "shown");
        QVERIFY(!Qt::mightBeRichText(markupFree(text)));
    }
};

QTEST_MAIN(TrayPlainTextTest)
#include "tst_trayplaintext.moc"
