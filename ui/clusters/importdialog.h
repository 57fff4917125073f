#pragma once

#include "core/import/importinto.h"
#include "core/import/importplaces.h"

#include <QDialog>

class QPushButton;
class QTreeWidget;

namespace qcc {

/// Endpoints of other programs, of which the user chooses those to take over.
class ImportDialog : public QDialog
{
    Q_OBJECT

public:
    /// `preview`: what importInto() would make of each endpoint that was found. `searched`: where it was looked.
    ImportDialog(const QList<ImportedEndpoint> &preview, const QList<SearchedPlace> &searched, QWidget *parent = nullptr);

    QList<FoundEndpoint> chosen() const;

private:
    void addRow(const ImportedEndpoint &endpoint);
    void countChosen();

    QList<ImportedEndpoint> m_preview;
    QTreeWidget *m_list;
    QPushButton *m_import = nullptr; ///< Null where nothing was found.
};

} // namespace qcc
