#include "app/tray/startup.h"

#include <QFile>
#include <QFileInfo>
#include <QKeySequence>
#include <QLocale>
#include <QProcess>
#include <QRegularExpression>
#include <QTemporaryDir>
#include <QTest>
#include <QXmlStreamReader>

using namespace qcc;
using namespace Qt::StringLiterals;

namespace {

struct Message {
    QString context;
    QString source;
    QString comment;
    QString type; ///< "unfinished" and its like; empty when all is well.
    bool numerus = false;
    QStringList translations; ///< One, or the forms of a plural.

    QString id() const { return QStringList{context, source, comment}.join(u" | "_s); }
};

QList<Message> messagesIn(const QString &path)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return {};
    QXmlStreamReader xml(&file);
    QList<Message> messages;
    QString context;
    while (!xml.atEnd()) {
        if (xml.readNext() != QXmlStreamReader::StartElement)
            continue;
        const auto name = xml.name();
        if (name == "name"_L1) {
            context = xml.readElementText();
        } else if (name == "message"_L1) {
            messages.append({context, {}, {}, {}, xml.attributes().value("numerus"_L1) == "yes"_L1, {}});
        } else if (name == "source"_L1) {
            messages.last().source = xml.readElementText();
        } else if (name == "comment"_L1) {
            messages.last().comment = xml.readElementText();
        } else if (name == "translation"_L1) {
            messages.last().type = xml.attributes().value("type"_L1).toString();
            if (!messages.constLast().numerus)
                messages.last().translations << xml.readElementText();
        } else if (name == "numerusform"_L1) {
            messages.last().translations << xml.readElementText();
        }
    }
    return xml.hasError() ? QList<Message>() : messages;
}

QStringList idsOf(const QList<Message> &messages)
{
    QStringList ids;
    for (const Message &message : messages)
        ids << message.id();
    ids.sort();
    return ids;
}

QString tsFile(const QString &language)
{
    return QFINDTESTDATA(u"../resources/translations/qcc_%1.ts"_s.arg(language));
}

QStringList placeholdersIn(const QString &text)
{
    static const QRegularExpression form(u"%(?:L?[0-9]{1,2}|n)"_s);
    QStringList found;
    for (const QRegularExpressionMatch &match : form.globalMatch(text))
        found << match.captured();
    found.sort();
    return found;
}

/// With the translator that is installed.
QString imported(int count)
{
    return QCoreApplication::translate("qcc::WindowController", "Imported %n endpoint(s)", nullptr, count);
}

} // namespace

class TranslationsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void cleanup() { QLocale::setDefault(QLocale::c()); }

    void everyTextOfTheSourcesIsThere_data()
    {
        QTest::addColumn<QString>("language");
        QTest::addColumn<QStringList>("options");
        QTest::newRow("English has the plurals") << u"en"_s << QStringList{u"-pluralonly"_s};
        QTest::newRow("Chinese has all") << u"zh_CN"_s << QStringList();
    }
    void everyTextOfTheSourcesIsThere()
    {
        QFETCH(QString, language);
        QFETCH(QStringList, options);
        if (!QFileInfo::exists(QStringLiteral(LUPDATE)))
            QSKIP("There is no lupdate here.");
        QTemporaryDir dir;
        const QString fresh = dir.filePath(u"fresh.ts"_s);
        QProcess lupdate;
        lupdate.start(QStringLiteral(LUPDATE), QStringList{QStringLiteral("@" TRANSLATED), u"-silent"_s} + options
                                                   + QStringList{u"-target-language"_s, language, u"-ts"_s, fresh});
        QVERIFY(lupdate.waitForFinished(60'000));
        QCOMPARE(lupdate.exitCode(), 0);

        const QStringList inSources = idsOf(messagesIn(fresh));
        const QStringList inFile = idsOf(messagesIn(tsFile(language)));
        QVERIFY(!inSources.isEmpty());
        const auto without = [](QStringList some, const QStringList &others) {
            some.removeIf([&others](const QString &id) { return others.contains(id); });
            return some.join(u'\n');
        };
        const auto said = [&language](const char *what, const QString &texts) {
            return (QLatin1String(what) + u" resources/translations/qcc_%1.ts (the target update_translations mends that): "_s.arg(language) + texts).toUtf8();
        };
        const QString missing = without(inSources, inFile);
        const QString stale = without(inFile, inSources);
        QVERIFY2(missing.isEmpty(), said("not yet in", missing).constData());
        QVERIFY2(stale.isEmpty(), said("no longer used in", stale).constData());
    }

    void translationsKeepWhatTheProgramNeeds_data()
    {
        QTest::addColumn<QString>("language");
        QTest::addColumn<qsizetype>("pluralForms");
        QTest::newRow("English") << u"en"_s << qsizetype(2);
        QTest::newRow("Chinese") << u"zh_CN"_s << qsizetype(1);
    }
    void translationsKeepWhatTheProgramNeeds()
    {
        QFETCH(QString, language);
        QFETCH(qsizetype, pluralForms);
        const QList<Message> messages = messagesIn(tsFile(language));
        QVERIFY(!messages.isEmpty());
        for (const Message &message : messages) {
            const QByteArray what = message.id().toUtf8();
            QVERIFY2(message.type.isEmpty(), what.constData());
            QVERIFY2(message.translations.size() == (message.numerus ? pluralForms : 1), what.constData());
            for (const QString &translation : message.translations) {
                QVERIFY2(!translation.trimmed().isEmpty(), what.constData());
                QVERIFY2(placeholdersIn(translation) == placeholdersIn(message.source), what.constData());
                QVERIFY2(QKeySequence::mnemonic(translation) == QKeySequence::mnemonic(message.source), what.constData());
            }
        }
    }

    void pluralsFollowTheLanguage_data()
    {
        QTest::addColumn<QString>("language");
        QTest::addColumn<QString>("one");
        QTest::addColumn<QString>("two");
        const QString one = u"Imported 1 endpoint"_s;
        const QString two = u"Imported 2 endpoints"_s;
        QTest::newRow("English") << u"en"_s << one << two;
        QTest::newRow("English of a country") << u"en_GB"_s << one << two;
        QTest::newRow("the C locale") << u"C"_s << one << two;
        QTest::newRow("a language that is not there") << u"de_DE"_s << one << two;
        QTest::newRow("Chinese") << u"zh_CN"_s << u"已导入 1 个端点"_s << u"已导入 2 个端点"_s;
    }
    void pluralsFollowTheLanguage()
    {
        QFETCH(QString, language);
        Translations translations;
        translations.use(language);
        QTEST(imported(1), "one");
        QTEST(imported(2), "two");
    }

    void pluralsFollowTheSystem()
    {
        Translations translations;
        translations.use(u"zh_CN"_s);
        translations.use(QString()); // The tests run in the C locale.
        QCOMPARE(imported(1), u"Imported 1 endpoint"_s);
    }
};

QTEST_MAIN(TranslationsTest)
#include "tst_traytranslations.moc"
