#pragma once

#include "core/config/configedit.h"

#include <QList>
#include <QString>
#include <QStringList>

#include <optional>
#include <utility>

namespace qcc {

/// Lines of a table of pairs, like a model map, as typed: in their order, half-filled ones included.
using PairLines = QList<std::pair<QString, QString>>;

/// An endpoint as it stands in the form, before it is saved.
struct EndpointDraft {
    QString vendor; ///< Of a new one: whose address was chosen, of vendors(). It is not saved.
    QString name;
    QString baseUrl;
    std::optional<QString> apiKey; ///< Absent: the stored one stays. Empty: none.
    AuthStyle auth = AuthStyle::Auto;
    int priority = 1;
    int weight = 100;
    QString proxy = QStringLiteral("system");
    bool http2 = false;
    QString caFile;
    PairLines modelMap;
    QString apiKeyCommand; ///< As one text.
    QString clientCert;
    QString clientKey;
    PairLines headers;
    PairLines query;
    int maxConcurrent = 0; ///< 0: no limit, as below.
    int requestsPerMinute = 0;
    bool passthroughAnywhere = false;
    bool enabled = true;

    bool operator==(const EndpointDraft &) const = default;
};

EndpointDraft draftOf(const Endpoint &endpoint);

/// What saving `draft` changes on `base`; what is as it was stays absent.
EndpointFields changedFields(const EndpointDraft &draft, const Endpoint &base);
/// All fields of `draft`, for an endpoint that is not there yet, or no longer: `base` is what it was, with the key where no other one was typed, and what
/// a draft has no place for.
EndpointFields allFields(const EndpointDraft &draft, const Endpoint &base);
bool isEmpty(const EndpointFields &fields);
/// Whether anything was typed that `base` does not hold, be it good or not.
bool isEdited(const EndpointDraft &draft, const Endpoint &base);

/// `draft`, begun on `before`, as the same edits of `after`: what was not edited follows `after`.
EndpointDraft rebased(const EndpointDraft &draft, const Endpoint &before, const Endpoint &after);

enum class DraftField { Name, BaseUrl, ApiKey, Proxy, CaFile, ModelMap, Headers, Query, KeyCommand, ClientCert, Auth };

/// Something to say about a field.
struct DraftNote {
    enum class Gravity {
        Missing, ///< Not filled in yet: it cannot be saved, but there is nothing to blame.
        Fault,   ///< It cannot be saved like this.
        Warning, ///< It can be saved, and probably does not do what was meant.
    };
    DraftField field = DraftField::Name;
    Gravity gravity = Gravity::Fault;
    QString text = {};
    QString remedy = {};     ///< What the field should hold instead; empty: not known.
    QString remedyText = {}; ///< What the button says that puts it there.

    bool operator==(const DraftNote &) const = default;
};

/// What a draft is judged by besides its own words.
struct DraftSurroundings {
    bool isNew = false;
    bool hasStoredKey = false;
    QStringList otherNames; ///< Those of the cluster's other endpoints.
    QString listenHost;
    quint16 listenPort = 0;
    bool storedIsProgram = false; ///< The stored key is what a program says.
};

/// All there is to say about `draft`, in the order of the form, at most one note per field.
QList<DraftNote> notesOn(const EndpointDraft &draft, const DraftSurroundings &surroundings);

/// Whether nothing in `notes` forbids to save.
bool canBeSaved(const QList<DraftNote> &notes);

} // namespace qcc
