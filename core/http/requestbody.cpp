#include "core/http/requestbody.h"

#include "core/base/systemresources.h"
#include "core/http/jsonreader.h"

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

BodyReader::BodyReader(std::shared_ptr<const RequestBody> body, QList<BodyPatch> patches, QObject *parent)
    : QIODevice(parent)
    , m_body(std::move(body))
    , m_patches(std::move(patches))
{
    Q_ASSERT(m_patches.isEmpty() || m_body->isComplete());
    open(ReadOnly | Unbuffered);
}

qint64 BodyReader::size() const
{
    const std::optional<qint64> size = m_body->finalSize();
    if (!size)
        return -1;
    qint64 sum = *size;
    for (const BodyPatch &patch : m_patches)
        sum += patch.bytes.size() - patch.length;
    return sum;
}

qint64 BodyReader::readData(char *data, qint64 max)
{
    qint64 done = 0;
    while (done < max) {
        const BodyPatch *patch = m_patch < m_patches.size() ? &m_patches.at(m_patch) : nullptr;
        if (patch && m_next == patch->at) {
            const qint64 take = std::min<qint64>(max - done, patch->bytes.size() - m_patchRead);
            std::memcpy(data + done, patch->bytes.constData() + m_patchRead, static_cast<std::size_t>(take));
            done += take;
            m_patchRead += take;
            if (m_patchRead < patch->bytes.size())
                break;
            m_next += patch->length;
            m_patchRead = 0;
            ++m_patch;
            continue;
        }
        const qint64 until = patch ? std::min(patch->at - m_next, max - done) : max - done;
        const qint64 got = m_body->read(m_next, data + done, until);
        if (got < 0) {
            setErrorString(QStringLiteral("the request's body cannot be read from the disk"));
            return -1;
        }
        m_next += got;
        done += got;
        if (got < until)
            break;
    }
    return done > 0 || !isDone() ? done : -1;
}

} // namespace qcc
