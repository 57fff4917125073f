#include "core/api/sampleanswer.h"

#include "core/api/protocol.h"
#include "core/http/ssereader.h"

#include <QDateTime>
#include <QJsonArray>
#include <QJsonDocument>

using namespace Qt::StringLiterals;

namespace qcc {

namespace {

const Protocol &sampled(Dialect dialect)
{
    return protocolOf(dialect == Dialect::Unknown ? Dialect::Anthropic : dialect);
}

} // namespace

QByteArray answerJson(Dialect dialect, const SampleAnswer &answer)
{
    return sampled(dialect).sampleJson(answer);
}

QList<QByteArray> answerEvents(Dialect dialect, const SampleAnswer &answer)
{
    return sampled(dialect).sampleEvents(answer);
}

qsizetype openingEvents(Dialect dialect)
{
    return answerEvents(dialect, {}).size() - closingEvents(dialect);
}

qsizetype closingEvents(Dialect dialect)
{
    return sampled(dialect).sampleClosing;
}

QByteArray compactJson(const QJsonObject &object)
{
    return QJsonDocument(object).toJson(QJsonDocument::Compact);
}

QByteArray dataEvent(const QJsonObject &data)
{
    return "data: " + compactJson(data) + "\n\n";
}

QByteArray namedEvent(const QJsonObject &data)
{
    return "event: " + data[u"type"_s].toString().toUtf8() + '\n' + dataEvent(data);
}

QString sampleModel(Dialect dialect)
{
    return QString::fromLatin1(sampled(dialect).sampleModel);
}

SampleQuestion sampleQuestion(Dialect dialect, const QString &model)
{
    return sampled(dialect).sampleQuestion(model.isEmpty() ? sampleModel(dialect) : model);
}

QString textsIn(const QJsonArray &blocks)
{
    QString texts;
    for (const QJsonValue &block : blocks)
        texts += block["text"_L1].toString();
    return texts;
}

namespace {

/// Hears the events of a stream.
struct WordsOfEvents final : SseReader::Sink {
    const Protocol &protocol;
    QString words = {};

    explicit WordsOfEvents(const Protocol &its) : protocol(its) { }
    void longData(QByteArrayView) override { }
    bool event(const SseEvent &event) override
    {
        words += protocol.words(QJsonDocument::fromJson(event.data.toByteArray()).object());
        return true;
    }
};

} // namespace

QString wordsOf(Dialect dialect, QByteArrayView answer)
{
    const Protocol &protocol = sampled(dialect);
    const QJsonDocument json = QJsonDocument::fromJson(answer.toByteArray());
    if (json.isObject())
        return protocol.words(json.object());
    if (json.isArray()) {
        QString words;
        const QJsonArray messages = json.array();
        for (const QJsonValue &message : messages)
            words += protocol.words(message.toObject());
        return words;
    }
    WordsOfEvents events(protocol);
    SseReader reader;
    reader.feed(answer, events);
    reader.finish(events);
    return events.words;
}

QByteArray modelsJson(const QStringList &models, qint64 createdAt)
{
    QJsonArray list;
    for (const QString &model : models)
        list.append(QJsonObject{{u"id"_s, model}, {u"type"_s, u"model"_s}, {u"object"_s, u"model"_s},
                                {u"display_name"_s, model}, {u"owned_by"_s, u"qcc"_s}, {u"created"_s, createdAt},
                                {u"created_at"_s, QDateTime::fromSecsSinceEpoch(createdAt).toUTC().toString(Qt::ISODate)}});
    const auto idOf = [](const QStringList &names, bool first) {
        return names.isEmpty() ? QJsonValue(QJsonValue::Null) : QJsonValue(first ? names.first() : names.last());
    };
    return compactJson({{u"object"_s, u"list"_s}, {u"data"_s, list}, {u"has_more"_s, false},
                    {u"first_id"_s, idOf(models, true)}, {u"last_id"_s, idOf(models, false)}});
}

QByteArray tokenCountJson(int tokens)
{
    return compactJson({{u"input_tokens"_s, tokens}});
}

} // namespace qcc
