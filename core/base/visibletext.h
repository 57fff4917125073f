#pragma once

#include <QByteArray>
#include <QByteArrayView>
#include <QJsonDocument>
#include <QString>

namespace qcc {

/// Whether `c` is no letter to be seen but acts: on a terminal, on the line, on the direction of the text around it, or by hiding.
bool isSteering(char32_t c);

/// `text` as one line with every steering character written as an escape of JSON ("\n", "\u001b"), so that it cannot forge another line
/// or steer a terminal.
QString visibleLine(const QString &text);

/// As visibleLine(), but line ends and tabs stay: for text that is several lines by our own will. What it makes of JSON is the same JSON.
QString visibleLines(const QString &text);

/// JSON in which every steering character is an escape.
QByteArray visibleJson(const QJsonObject &object, QJsonDocument::JsonFormat format);

/// A key as it may be shown: "sk-…cdef". Keys too short to leave most of them hidden become "…"; no key stays empty.
QString maskKey(const QByteArray &key);

/// `text` with "***" wherever it holds `key`: as it is, percent-encoded, or as base64. For what others say, who may quote it.
QString withoutKey(QString text, const QByteArray &key);

/// `text` with "***" in place of what looks like a key, whoever's it is: what begins as the vendors' do ("sk-…", "AIza…", a JSON web token), and what
/// follows "Bearer", or a word such as "api_key" with its "=" or ":". For what is kept for long.
QString withoutKeyLikes(const QString &text);

/// At most the first `most` characters of `text`, without half a surrogate pair at their end.
QString beginningOf(const QString &text, qsizetype most);

/// Writes one line to standard output, whoever's words it holds: as visibleLine() makes of it.
/// Thread: any.
void printOut(const QString &line);

/// Writes one line to standard error, in the same way.
/// Thread: any.
void printError(const QString &line);
/// Writes whole lines of UTF-8 to standard error, in which nothing has to be made visible any more.
/// Thread: any.
void printErrorLines(QByteArrayView lines);

} // namespace qcc
