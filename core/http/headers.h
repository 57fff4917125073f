#pragma once

#include <QByteArray>
#include <QByteArrayView>
#include <QList>
#include <QMetaType>

#include <initializer_list>

namespace qcc {

/// One header field as it stands on the wire: name in its own case, value without surrounding blanks.
struct HeaderField {
    QByteArray name;
    QByteArray value;

    bool operator==(const HeaderField &) const = default;
};

/// Fields in order, duplicates kept.
using HeaderList = QList<HeaderField>;

bool isNamed(const HeaderField &field, QByteArrayView name);
bool contains(const HeaderList &headers, QByteArrayView name);
/// Value of the first field of that name, or empty.
QByteArray firstValue(const HeaderList &headers, QByteArrayView name);
/// Whether one of the comma-separated members of any field of that name is `token`. Case does not matter.
bool hasToken(const HeaderList &headers, QByteArrayView name, QByteArrayView token);
/// Lower-cased members of all comma-separated fields of that name.
QList<QByteArray> tokens(const HeaderList &headers, QByteArrayView name);

/// Source: RFC 9110 §5.6.2.
bool isTokenChar(char c);
bool isToken(QByteArrayView text);

/// Without the blanks around it. Source: RFC 9110 §5.5.
QByteArrayView withoutBlanks(QByteArrayView value);

/// Headers that belong to one connection and are never forwarded. Source: RFC 9110 §7.6.1.
bool isHopByHop(QByteArrayView name);
/// The same of one message, with those that its `Connection` names.
class HopByHop
{
public:
    explicit HopByHop(const HeaderList &headers) : m_named(tokens(headers, "connection")) { }
    bool has(const QByteArray &name) const { return isHopByHop(name) || (!m_named.isEmpty() && m_named.contains(name.toLower())); }

private:
    const QList<QByteArray> m_named;
};
/// `headers` without the hop-by-hop ones and without those that `Connection` names.
HeaderList withoutHopByHop(const HeaderList &headers);

/// Appends all of them in one step; each of its own would look anew whether there is room.
void appendParts(QByteArray &out, std::initializer_list<QByteArrayView> parts);
/// Appends "Name: value\r\n".
void appendField(QByteArray &out, QByteArrayView name, QByteArrayView value);

/// The standard phrase of a status; "Unknown" where there is none. Source: RFC 9110 §15 and the IANA registry of status codes.
QByteArray reasonPhrase(int status);

} // namespace qcc

Q_DECLARE_METATYPE(qcc::HeaderList)
