#pragma once

#include "ui/model/timelineview.h"

#include <QMetaType>

namespace qcc {

/// What the overview's tables hold beside texts.
enum OverviewRole {
    MeaningRole = Qt::UserRole, ///< Meaning: the mark before the text.
    NoteRole,                   ///< QString: a quiet word after it.
    SparklineRole,              ///< EndpointTimeline, of the last 30 minutes at most.
    SparklinePeakRole,          ///< int: the busiest minute of all rows, so that they share one scale.
};

} // namespace qcc

Q_DECLARE_METATYPE(qcc::EndpointTimeline)
