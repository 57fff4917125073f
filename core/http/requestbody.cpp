#include "core/http/requestbody.h"

#include "core/base/descriptorlimit.h"
#include "core/http/jsonscan.h"

#include <algorithm>
#include <cstring>

namespace qcc {

namespace {

/// Where nothing is announced, room begins with this and doubles.
constexpr qint64 firstRoom = 16 * 1024;

const QByteArray noMemory("too many request bodies are held in memory; try again in a moment");

} // namespace

QList<MemberScan::Found> modelsIn(QByteArrayView json)
{
    QList<MemberScan::Found> found;
    JsonReader reader(json);
    while (const auto member = reader.nextMember()) {
        if (isKey(member->key, "model") && member->value.length <= MemberScan::longestValue && json[member->value.at] == '"')
            found.append({member->value.at, json.sliced(member->value.at, member->value.length).toByteArray()});
    }
    return found;
}

RequestBody::RequestBody(BodyStore &store, std::optional<qint64> announced)
    : m_store(store)
    , m_announced(announced)
{
}

RequestBody::~RequestBody()
{
    m_store.giveBack(m_held);
}

bool RequestBody::fail(QByteArray problem)
{
    m_problem = std::move(problem);
    return false;
}

bool RequestBody::reserve()
{
    if (m_announced && *m_announced > BodyStore::mostInMemory)
        return openFile();
    return !m_announced || makeRoom(*m_announced) || fail(noMemory);
}

bool RequestBody::append(QByteArrayView bytes)
{
    if (!m_problem.isEmpty())
        return false;
    if (bytes.isEmpty())
        return true;
    if (isInFile()) {
        // What does not fit is only not known.
        if (m_held == m_size && m_held < keptBeginning)
            keep(bytes.first(std::min(bytes.size(), static_cast<qsizetype>(keptBeginning - m_held))));
        if (!write(bytes))
            return false;
    } else if (m_size + bytes.size() > BodyStore::mostInMemory || !keep(bytes)) {
        // Nobody knows how long it will get: rather to the disk early than not at all.
        if (m_announced)
            return fail(noMemory);
        if (!goToFile() || !write(bytes))
            return false;
    }
    m_size += bytes.size();
    return true;
}

bool RequestBody::keep(QByteArrayView bytes)
{
    if (!makeRoom(m_held + bytes.size()) || !m_store.take(bytes.size()))
        return false;
    std::memcpy(m_memory.data() + m_held, bytes.data(), static_cast<std::size_t>(bytes.size()));
    m_held += bytes.size();
    return true;
}

bool RequestBody::makeRoom(qint64 size)
{
    if (m_memory.size() >= size)
        return true;
    const qint64 room = isInFile() ? keptBeginning : m_announced.value_or(std::clamp(2 * size, firstRoom, BodyStore::mostInMemory));
    MemoryBlock larger(static_cast<qsizetype>(room));
    if (larger.isNull())
        return false;
    if (m_held > 0)
        std::memcpy(larger.data(), m_memory.data(), static_cast<std::size_t>(m_held));
    m_memory = std::move(larger);
    return true;
}

bool RequestBody::openFile()
{
    const QString problem = mayOpenForRequest() ? m_file.open(m_store.folder()) : QStringLiteral("file descriptors run short");
    return problem.isEmpty() || fail("the request's body cannot be kept on the disk: " + problem.toUtf8());
}

bool RequestBody::goToFile()
{
    if (!openFile() || !write(beginning()))
        return false;
    // The beginning stays.
    const qint64 kept = std::min<qint64>(m_held, keptBeginning);
    MemoryBlock block(static_cast<qsizetype>(kept));
    if (!block.isNull())
        std::memcpy(block.data(), m_memory.data(), static_cast<std::size_t>(kept));
    m_store.giveBack(m_held - (block.isNull() ? 0 : kept));
    m_held = block.isNull() ? 0 : kept;
    m_memory = std::move(block);
    return true;
}

bool RequestBody::write(QByteArrayView bytes)
{
    if (const QString problem = m_file.append(bytes); !problem.isEmpty())
        return fail("the request's body cannot be kept on the disk: " + problem.toUtf8());
    m_scan.feed(bytes);
    return true;
}

QList<MemberScan::Found> RequestBody::models() const
{
    return isInFile() ? m_scan.found() : modelsIn(beginning());
}

qint64 RequestBody::read(qint64 position, char *into, qint64 most) const
{
    if (isInFile())
        return m_file.read(position, into, std::min(most, m_size - position));
    const qint64 length = std::min(most, m_held - position);
    if (length > 0)
        std::memcpy(into, m_memory.data() + position, static_cast<std::size_t>(length));
    return std::max<qint64>(length, 0);
}

} // namespace qcc
