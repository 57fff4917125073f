#pragma once

#include "core/base/result.h"

#include <QByteArray>
#include <QList>
#include <QString>

#include <optional>

namespace qcc::jsontext {

// Where things stand in JSON that may have comments, and commas behind the last of something: what core/http/jsonreader.h, which reads strict JSON once
// and forwards, does not know.

/// The bytes from `at` up to `end`.
struct Span {
    qsizetype at = 0;
    qsizetype end = 0;
};

struct Member {
    QString name;
    Span key, value;
};

/// An object of which the members are known.
struct Object {
    qsizetype open = 0;  ///< Of "{".
    qsizetype close = 0; ///< Of "}".
    QList<Member> members;
    std::optional<qsizetype> lastComma; ///< Behind the last member.

    /// Whoever reads it takes the last of its name.
    const Member *find(const QString &name) const
    {
        const auto it = std::find_if(members.crbegin(), members.crend(), [&name](const Member &member) { return member.name == name; });
        return it == members.crend() ? nullptr : &*it;
    }
};

/// The object that `text` is, read to its end; nothing: there is nothing in it but blanks and comments.
/// Errors: InvalidConfig ("line 3 is not valid JSON").
Result<std::optional<Object>> rootOf(const QByteArray &text);

/// The object that begins at `at` of a text that rootOf() has read.
Object objectAt(const QByteArray &text, qsizetype at);

/// The first place from `at` on that is no blank and in no comment.
qsizetype behindTrivia(const QByteArray &text, qsizetype at);

} // namespace qcc::jsontext
