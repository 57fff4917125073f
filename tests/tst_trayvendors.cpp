#include "core/config/configparser.h"
#include "core/config/settings.h"
#include "core/config/vendors.h"
#include "traysupport/shots.h"
#include "ui/clusters/clusterspage.h"
#include "ui/clusters/endpointform.h"
#include "ui/clusters/formparts.h"
#include "ui/clusters/vendorbox.h"
#include "ui/model/configchange.h"
#include "ui/widgets/style.h"
#include "ui/widgets/theme.h"

#include <QAccessible>
#include <QJsonArray>
#include <QJsonDocument>
#include <QLabel>
#include <QLineEdit>
#include <QListView>
#include <QPushButton>
#include <QScrollArea>
#include <QTest>
#include <QToolButton>

using namespace qcc;
using namespace Qt::StringLiterals;

namespace {

const QString deepseekUrl = u"https://api.deepseek.com/anthropic"_s;

EndpointDraft draftWith(const QString &vendor, const QString &name, const QString &baseUrl, AuthStyle auth = AuthStyle::Auto)
{
    EndpointDraft draft;
    draft.vendor = vendor;
    draft.name = name;
    draft.baseUrl = baseUrl;
    draft.auth = auth;
    return draft;
}

/// The page with a new endpoint on it, and a config.json in memory that takes its changes.
class Desk : public QObject
{
    Q_OBJECT

public:
    explicit Desk(const QStringList &names = {u"relay-a"_s})
    {
        QJsonArray endpoints;
        for (const QString &name : names)
            endpoints.append(QJsonObject{{u"name"_s, name}, {u"base_url"_s, u"https://%1.example"_s.arg(name)}, {u"api_key"_s, u"sk-0123456789"_s}});
        json = defaultConfigJson();
        json.insert(u"clusters"_s, QJsonArray{QJsonObject{{u"name"_s, u"work"_s}, {u"endpoints"_s, endpoints}}});
        json.insert(u"active_cluster"_s, u"work"_s);
        connect(&page, &ClustersPage::changeRequested, this, [this](const ConfigChange &change) {
            if (const Result<void> applied = change.apply(json); !applied)
                return page.editRefused(applied.error().message);
            publish();
            page.editDone();
        });
        page.resize(952, 760);
        page.show();
        publish();
        page.addEndpoint();
    }

    /// As it is when it has come to rest.
    void keepShot(const QString &name)
    {
        QTest::qWait(0);
        test::keepShot(page, name);
    }
    void publish() { page.setConfig(std::make_shared<const Config>(config())); }
    Config config() const
    {
        const Result<Config> config = parseConfig(QJsonDocument(json).toJson());
        if (!config)
            qFatal("%s", qPrintable(config.error().message));
        return *config;
    }
    bool activate()
    {
        page.activateWindow();
        return QTest::qWaitForWindowActive(&page);
    }

    template <typename T>
    T *field(const QString &text)
    {
        for (const QLabel *label : page.findChildren<QLabel *>()) {
            if (label->text().remove(u'&') == text && label->buddy())
                return qobject_cast<T *>(label->buddy());
        }
        return nullptr;
    }
    QLineEdit *line(const QString &text) { return field<QLineEdit>(text); }
    VendorBox *box() { return field<VendorBox>(u"Vendor"_s); }
    /// In the open list, by the mouse.
    void choose(const QString &title)
    {
        box()->showPopup();
        QAbstractItemView *list = box()->view();
        const QModelIndex index = list->model()->index(box()->findText(title), 0);
        list->scrollTo(index);
        QTest::mouseClick(list->viewport(), Qt::LeftButton, {}, list->visualRect(index).center());
    }
    void type(const QString &label, const QString &text)
    {
        line(label)->selectAll();
        QTest::keyClicks(line(label), text);
    }
    QPushButton *save()
    {
        for (QPushButton *each : page.findChild<EndpointForm *>()->findChildren<QPushButton *>()) {
            if (each->text().remove(u'&') == u"Save"_s)
                return each;
        }
        return nullptr;
    }
    FieldNote *noteWith(const QString &text)
    {
        for (FieldNote *note : page.findChildren<FieldNote *>()) {
            if (note->text().contains(text))
                return note;
        }
        return nullptr;
    }
    bool says(const QString &text)
    {
        for (const QLabel *label : page.findChildren<QLabel *>()) {
            if (label->isVisibleTo(&page) && label->text().contains(text))
                return true;
        }
        return false;
    }

    ClustersPage page;
    QJsonObject json;
};

} // namespace

class TrayVendorsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void fillsWhatNobodyTyped_data()
    {
        QTest::addColumn<EndpointDraft>("draft");
        QTest::addColumn<QString>("vendor");
        QTest::addColumn<EndpointDraft>("expected");
        const QString own = u"https://relay.example"_s;
        const EndpointDraft deepseek = draftWith(u"deepseek"_s, u"deepseek"_s, deepseekUrl, AuthStyle::XApiKey);
        QTest::newRow("empty") << EndpointDraft() << u"deepseek"_s << deepseek;
        QTest::newRow("blanks") << draftWith({}, u" "_s, u"  "_s) << u"deepseek"_s << deepseek;
        QTest::newRow("another vendor's") << draftWith(u"groq"_s, u"groq"_s, u"https://api.groq.com/openai"_s, AuthStyle::Bearer) << u"deepseek"_s << deepseek;
        QTest::newRow("the same once more") << deepseek << u"deepseek"_s << deepseek;
        QTest::newRow("none again") << deepseek << QString() << EndpointDraft();
        QTest::newRow("a typed name") << draftWith({}, u"mine"_s, {}) << u"deepseek"_s << draftWith(u"deepseek"_s, u"mine"_s, deepseekUrl, AuthStyle::XApiKey);
        QTest::newRow("a typed address") << draftWith({}, {}, own) << u"deepseek"_s << draftWith(u"deepseek"_s, u"deepseek"_s, own, AuthStyle::XApiKey);
        QTest::newRow("a chosen style") << draftWith({}, {}, {}, AuthStyle::Both) << u"deepseek"_s << draftWith(u"deepseek"_s, u"deepseek"_s, deepseekUrl, AuthStyle::Both);
        QTest::newRow("a preset that was changed") << draftWith(u"deepseek"_s, u"deepseek"_s, deepseekUrl + "/beta"_L1, AuthStyle::Bearer) << u"groq"_s
                                                   << draftWith(u"groq"_s, u"groq"_s, deepseekUrl + "/beta"_L1, AuthStyle::Bearer);
        QTest::newRow("a resource that was typed") << draftWith(u"azure"_s, u"azure"_s, u"https://me.openai.azure.com/openai"_s, AuthStyle::ApiKey) << QString()
                                                   << draftWith({}, {}, u"https://me.openai.azure.com/openai"_s);
        QTest::newRow("a name that is taken") << EndpointDraft() << u"openai"_s << draftWith(u"openai"_s, u"openai-3"_s, u"https://api.openai.com"_s, AuthStyle::Bearer);
        QTest::newRow("an unknown vendor") << deepseek << u"nobody"_s << draftWith(u"nobody"_s, {}, {});
    }

    void fillsWhatNobodyTyped()
    {
        QFETCH(EndpointDraft, draft);
        QFETCH(QString, vendor);
        draft.apiKey = u"sk-typed"_s;
        draft.weight = 7;
        const EndpointDraft next = withVendor(draft, vendor, {u"openai"_s, u"openai-2"_s});
        QFETCH(EndpointDraft, expected);
        expected.apiKey = draft.apiKey;
        expected.weight = draft.weight;
        QCOMPARE(next.vendor, expected.vendor);
        QCOMPARE(next.name, expected.name);
        QCOMPARE(next.baseUrl, expected.baseUrl);
        QCOMPARE(next.auth, expected.auth);
        QVERIFY(next == expected);
    }

    void offersThemAllAndNoneFirst()
    {
        Desk desk;
        QVERIFY(desk.box() && desk.box()->isVisible());
        QCOMPARE(desk.box()->currentText(), u"Other"_s);
        QCOMPARE(desk.box()->count(), int(vendors().size()) + 1);
        QCOMPARE(desk.box()->itemText(1), u"Anthropic"_s);
    }

    void aChosenOneLeavesOnlyTheKey()
    {
        Desk desk;
        QVERIFY(desk.activate());
        desk.choose(u"DeepSeek"_s);
        QCOMPARE(desk.box()->currentText(), u"DeepSeek"_s);
        QCOMPARE(desk.line(u"Name"_s)->text(), u"deepseek"_s);
        QCOMPARE(desk.line(u"Base URL"_s)->text(), deepseekUrl);
        QVERIFY(desk.says(u"Key as x-api-key; speaks Anthropic Messages"_s));
        QCOMPARE(desk.page.window()->focusWidget(), desk.line(u"Key"_s));
        // What the line above says already opens nothing.
        QVERIFY(!desk.page.findChild<Fold *>()->isOpen());
        desk.keepShot(u"vendor-chosen"_s);
        QTest::keyClicks(desk.line(u"Key"_s), u"sk-0123456789abcdef"_s);
        QTest::mouseClick(desk.save(), Qt::LeftButton);
        const Endpoint saved = desk.config().clusters.first().endpoints.last();
        QCOMPARE(saved.name, u"deepseek"_s);
        QCOMPARE(saved.baseUrl, deepseekUrl.toUtf8());
        QCOMPARE(saved.auth, AuthStyle::XApiKey);
        QCOMPARE(saved.apiKey, QByteArray("sk-0123456789abcdef"));
        // The choice was for the new one alone.
        QVERIFY(!desk.box()->isVisible());
        desk.page.addEndpoint();
        QVERIFY(desk.box()->isVisible());
        QCOMPARE(desk.box()->currentText(), u"Other"_s);
    }

    void whatWasTypedStaysUntilItIsGivenUp()
    {
        Desk desk;
        desk.type(u"Name"_s, u"mine"_s);
        desk.type(u"Base URL"_s, u"https://relay.example"_s);
        desk.choose(u"DeepSeek"_s);
        QCOMPARE(desk.box()->currentText(), u"DeepSeek"_s);
        QCOMPARE(desk.line(u"Name"_s)->text(), u"mine"_s);
        QCOMPARE(desk.line(u"Base URL"_s)->text(), u"https://relay.example"_s);
        FieldNote *note = desk.noteWith(u"DeepSeek is at another address."_s);
        QVERIFY(note);
        desk.keepShot(u"vendor-elsewhere"_s);
        QVERIFY(desk.save()->isEnabled());
        note->findChild<QToolButton *>()->click();
        QCOMPARE(desk.line(u"Base URL"_s)->text(), deepseekUrl);
        QVERIFY(!desk.noteWith(u"another address"_s));
        // And back.
        desk.choose(u"Other"_s);
        QCOMPARE(desk.line(u"Base URL"_s)->text(), QString());
        QCOMPARE(desk.line(u"Name"_s)->text(), u"mine"_s);
        QVERIFY(!desk.says(u"speaks"_s));
    }

    void theArrowKeysGoOn()
    {
        Desk desk;
        QVERIFY(desk.activate());
        desk.box()->setFocus();
        QTest::keyClick(desk.box(), Qt::Key_Down);
        QCOMPARE(desk.line(u"Name"_s)->text(), u"anthropic"_s);
        QCOMPARE(desk.page.window()->focusWidget(), desk.box());
        QTest::keyClick(desk.box(), Qt::Key_Down);
        QCOMPARE(desk.line(u"Name"_s)->text(), u"openai"_s);
        QCOMPARE(desk.line(u"Base URL"_s)->text(), u"https://api.openai.com"_s);
        QTest::keyClicks(desk.box(), u"gr"_s);
        QCOMPARE(desk.box()->currentText(), u"Groq"_s);
        QCOMPARE(desk.line(u"Name"_s)->text(), u"groq"_s);
        QCOMPARE(desk.page.window()->focusWidget(), desk.box());
        QTest::keyClick(desk.box(), Qt::Key_Home);
        QCOMPARE(desk.line(u"Name"_s)->text(), QString());
        // In the order in which it is read.
        QTest::keyClick(desk.box(), Qt::Key_Tab);
        QCOMPARE(desk.page.window()->focusWidget(), desk.line(u"Name"_s));
    }

    void aResourceIsAskedFor()
    {
        Desk desk;
        QVERIFY(desk.activate());
        desk.choose(u"Azure OpenAI"_s);
        QLineEdit *url = desk.line(u"Base URL"_s);
        QCOMPARE(desk.page.window()->focusWidget(), url);
        QCOMPARE(url->selectedText(), u"{resource}"_s);
        QVERIFY(desk.noteWith(u"Put the name of your resource in place of {resource}."_s));
        QVERIFY(!desk.save()->isEnabled());
        desk.keepShot(u"vendor-resource"_s);
        QTest::keyClicks(url, u"mine"_s);
        QCOMPARE(url->text(), u"https://mine.openai.azure.com/openai"_s);
        QVERIFY(!desk.noteWith(u"resource"_s));
        QVERIFY(!desk.noteWith(u"another address"_s));
        QCOMPARE(desk.box()->currentText(), u"Azure OpenAI"_s);
        desk.type(u"Key"_s, u"0123456789abcdef"_s);
        QTest::mouseClick(desk.save(), Qt::LeftButton);
        const Endpoint saved = desk.config().clusters.first().endpoints.last();
        QCOMPARE(saved.auth, AuthStyle::ApiKey);
        QCOMPARE(saved.baseUrl, QByteArray("https://mine.openai.azure.com/openai"));
    }

    void aNameThatIsTakenGetsANumber()
    {
        Desk desk({u"openai"_s});
        desk.choose(u"OpenAI"_s);
        QCOMPARE(desk.line(u"Name"_s)->text(), u"openai-2"_s);
        QVERIFY(!desk.noteWith(u"has this name"_s));
    }

    void takesNoRoomFromTheOthers()
    {
        Desk desk;
        desk.choose(u"DeepSeek"_s);
        for (const char *label : {"Name", "Base URL", "Key"}) {
            QLineEdit *edit = desk.line(QString::fromLatin1(label));
            QTRY_COMPARE(edit->height(), edit->sizeHint().height());
        }
        for (const char *label : {"Name", "Base URL", "Key"})
            QCOMPARE(desk.line(QString::fromLatin1(label))->mapTo(&desk.page, QPoint()).x(), desk.box()->mapTo(&desk.page, QPoint()).x());
    }

    void staysWithinLittleRoom()
    {
        Desk desk;
        desk.choose(u"OpenRouter"_s);
        desk.page.resize(592, 560);
        const auto *area = desk.page.findChild<EndpointForm *>()->findChild<QScrollArea *>();
        QTRY_VERIFY(area->widget()->width() <= area->viewport()->width());
        desk.keepShot(u"vendor-narrow"_s);
    }

    void isKeptWhileAnotherIsLookedAt()
    {
        Desk desk;
        desk.choose(u"OpenRouter"_s);
        desk.page.editEndpoint(u"work"_s, u"relay-a"_s);
        QVERIFY(!desk.box()->isVisible());
        desk.page.addEndpoint();
        QCOMPARE(desk.box()->currentText(), u"OpenRouter"_s);
        QCOMPARE(desk.line(u"Base URL"_s)->text(), u"https://openrouter.ai/api"_s);
    }

    void isCalledByItsLabelAndTellsWhatItChose()
    {
        Desk desk;
        desk.choose(u"Gemini"_s);
        QAccessibleInterface *seen = QAccessible::queryAccessibleInterface(desk.box());
        QVERIFY(seen);
        // On Linux the label is a relation and no part of the name.
        const auto labels = seen->relations(QAccessible::Label);
        QCOMPARE(labels.size(), 1);
        QCOMPARE(labels.first().first->text(QAccessible::Name).remove(u'&'), u"Vendor"_s);
        QCOMPARE(desk.box()->accessibleDescription(), u"Key as x-goog-api-key; speaks Gemini"_s);
    }

    /// For human eyes: QCC_SHOTS names a folder.
    void drawsItself()
    {
        for (const auto &[theme, name] : {std::pair{Theme::Light, u"light"_s}, std::pair{Theme::Dark, u"dark"_s}}) {
            applyTheme(theme);
            Desk desk;
            desk.keepShot(u"vendor-%1-new"_s.arg(name));
            desk.choose(u"OpenRouter"_s);
            desk.keepShot(u"vendor-%1"_s.arg(name));
            desk.page.resize(592, 560);
            desk.keepShot(u"vendor-%1-narrow"_s.arg(name));
        }
        applyTheme(Theme::System);
    }
};

QTEST_MAIN(TrayVendorsTest)
#include "tst_trayvendors.moc"
