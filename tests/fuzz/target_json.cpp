#include "tests/fuzz/fuzztarget.h"

#include "core/api/dialect.h"
#include "core/api/tokens.h"
#include "core/forward/forwarding.h"
#include "core/http/jsonreader.h"
#include "core/http/jsonsieve.h"
#include "core/http/requestreader.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

namespace qcc::fuzz {

namespace {

const QString otherModel = QStringLiteral("another \"model\" \u00fc");

/// What the scanner makes of a whole document is what Qt's parser makes of it.
void readsAsTheParserDoes(const QByteArray &text, const QJsonObject &object)
{
    // Half a surrogate, escaped, has no UTF-8; Qt keeps it.
    for (const QString &key : object.keys())
        if (!key.isValidUtf16())
            return;
    JsonReader reader(text);
    QJsonObject seen;
    qsizetype before = 0;
    while (const auto member = reader.nextMember()) {
        const auto [at, length] = member->value;
        QCC_HOLDS(at > before && length > 0 && at + length < text.size());
        before = at + length;
        const auto key = stringOf('"' + member->key.toByteArray() + '"');
        QCC_HOLDS(key.has_value());
        const QJsonValue value = QJsonDocument::fromJson('[' + text.mid(at, length) + ']').array().at(0);
        QCC_HOLDS(!value.isUndefined());
        seen.insert(QString::fromUtf8(*key), value); // Of duplicates the last counts.
    }
    QCC_HOLDS(reader.atEnd());
    QCC_HOLDS(seen == object);
}

QByteArray bodyWithModel(const QByteArray &text, const QString &model)
{
    QByteArray replaced = text;
    const QList<BodyPatch> patches = patchesForModel(modelsIn(text), model);
    for (auto patch = patches.crbegin(); patch != patches.crend(); ++patch)
        replaced.replace(static_cast<qsizetype>(patch->at), static_cast<qsizetype>(patch->length), patch->bytes);
    return replaced;
}

/// Read in pieces, a body tells the same.
void findsTheSameInPieces(QByteArrayView text)
{
    const QList<MemberScan::Found> whole = modelsIn(text);
    MemberScan scan("model");
    Cuts cuts(Cuts::Way::Anywhere, text);
    for (qsizetype at = 0; at < text.size();) {
        const qsizetype size = cuts.next(text.size() - at);
        scan.feed(text.sliced(at, size));
        at += size;
    }
    QCC_HOLDS(std::equal(whole.begin(), whole.end(), scan.found().begin(), scan.found().end(), [](const auto &a, const auto &b) {
        return a.at == b.at && a.token == b.token;
    }));
}

void replacesTheModelOnly(const QByteArray &text, const QJsonObject &object)
{
    const QByteArray replaced = bodyWithModel(text, otherModel);
    QJsonObject expected = object;
    const bool named = expected.value(QStringLiteral("model")).isString();
    if (named)
        expected.insert(QStringLiteral("model"), otherModel);
    const QJsonObject got = QJsonDocument::fromJson(replaced).object();
    QCC_HOLDS(got == expected);
    QCC_HOLDS(bodyWithModel(replaced, otherModel) == replaced);
}

/// However its bytes come, and never more than its bounds.
void sievesTheSameInPieces(const QByteArray &text)
{
    JsonSieve whole;
    const qsizetype used = whole.feed(text);
    QCC_HOLDS(used <= text.size() && (used == text.size() || whole.isOver()));
    QCC_HOLDS(whole.kept().size() <= JsonSieve::mostOfAll + JsonSieve::longestString);
    JsonSieve pieces;
    Cuts cuts(Cuts::Way::Anywhere, text);
    qsizetype at = 0;
    while (at < text.size() && !pieces.isOver())
        at += pieces.feed(QByteArrayView(text).sliced(at, cuts.next(text.size() - at)));
    QCC_HOLDS(pieces.kept() == whole.kept() && pieces.isOver() == whole.isOver());
}

} // namespace

void runJson(QByteArrayView input)
{
    const QByteArray text = input.toByteArray();
    JsonReader elements(text);
    qsizetype before = 0;
    while (const auto element = elements.nextElement()) {
        QCC_HOLDS(element->at > before && element->length > 0 && element->at + element->length <= text.size());
        before = element->at;
    }
    QCC_HOLDS(estimatedTokens(text) >= 1);
    RequestHead head;
    head.method = "POST";
    head.target = "/v1/messages";
    QCC_HOLDS(conversationOf(head, text).size() <= 128);
    sievesTheSameInPieces(text);
    bodyWithModel(text, otherModel);
    findsTheSameInPieces(text);

    const QJsonDocument document = QJsonDocument::fromJson(text);
    // Qt's parser takes broken UTF-8 in places, and then two texts of one key may differ.
    if (!document.isObject() || !QByteArrayView(text).isValidUtf8())
        return;
    readsAsTheParserDoes(text, document.object());
    replacesTheModelOnly(text, document.object());
}

} // namespace qcc::fuzz
