#pragma once

#include "core/api/dialect.h"

#include <QByteArray>
#include <QByteArrayView>
#include <QJsonArray>
#include <QJsonObject>
#include <QList>
#include <QString>
#include <QStringList>

namespace qcc {

/// A made-up answer of a model: its text in the pieces in which a stream delivers it.
struct SampleAnswer {
    QString id;         ///< Without the dialect's prefix ("msg_", "chatcmpl-", "resp_").
    QString model;
    QStringList pieces;
    qint64 createdAt = 0; ///< Units: seconds since the epoch.
    int inputTokens = 1;

    QString text() const { return pieces.join(QString()); }
    int outputTokens() const { return int(pieces.size()); }
};

/// The whole answer as one JSON body. Unknown is answered as Anthropic.
QByteArray answerJson(Dialect dialect, const SampleAnswer &answer);

/// The answer as server-sent events, each complete with its blank line, from the opening events to the one that ends the stream.
QList<QByteArray> answerEvents(Dialect dialect, const SampleAnswer &answer);

/// The events of `answerEvents` that carry no text yet: a stream that ends within them has said nothing.
qsizetype openingEvents(Dialect dialect);

/// The events of `answerEvents` after the last text; the very last one says that the stream is complete.
qsizetype closingEvents(Dialect dialect);

/// A request to a model that asks for one token's worth of an answer, as a stream: that is what the clients ask for, so that what only fails there
/// is seen, and the first byte is the one that they wait for.
struct SampleQuestion {
    QByteArray target; ///< "/v1/messages".
    QByteArray body;
};

/// `model` empty: one that is cheap to ask. Of a dialect that is known.
SampleQuestion sampleQuestion(Dialect dialect, const QString &model);
/// The model that sampleQuestion() asks where none is named.
QString sampleModel(Dialect dialect);
/// The text of an answer, streamed or not, as far as it goes: what came is not judged here.
QString wordsOf(Dialect dialect, QByteArrayView answer);
/// Of each object in it.
QString textsIn(const QJsonArray &blocks);

/// What the protocols write their samples with.
QByteArray compactJson(const QJsonObject &object);
QByteArray dataEvent(const QJsonObject &data);
/// An event whose name repeats the "type" of its data, as Anthropic and OpenAI's Responses name theirs.
QByteArray namedEvent(const QJsonObject &data);

/// The answer to a listing of models, readable by Anthropic's and OpenAI's clients alike.
QByteArray modelsJson(const QStringList &models, qint64 createdAt);

/// The answer to Anthropic's /v1/messages/count_tokens.
QByteArray tokenCountJson(int tokens);

} // namespace qcc
