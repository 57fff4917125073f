#pragma once

class QSaveFile;

namespace qcc {

/// `file.commit()`, but false also where what was written found no room when it left the buffer: Qt 6.4 takes that for a good end, and puts
/// an empty file in the old one's place. The old file is whole on failure; `file` tells the error.
bool commitFile(QSaveFile &file);

} // namespace qcc
