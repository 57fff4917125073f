#include "app/tray/windowcontroller.h"

#include "app/tray/endpointtester.h"
#include "app/tray/hostedproxy.h"
#include "core/base/files.h"
#include "core/import/importplaces.h"
#include "core/import/variables.h"
#include "ui/clusters/clusterspage.h"
#include "ui/clusters/importdialog.h"
#include "ui/overview/overviewpage.h"
#include "ui/overview/welcomepage.h"

#include <utility>

namespace qcc {

// What comes from outside: endpoints of other programs, and what is pasted, dropped or a file.

void WindowController::lookForImports()
{
    m_offersImports = true;
    QMetaObject::invokeMethod(m_sources.host, &HostedProxy::lookForImports);
}

void WindowController::offerImports(const QList<ImportedEndpoint> &preview, const QList<SearchedPlace> &searched)
{
    const bool offers = std::exchange(m_offersImports, false);
    if (!m_window)
        return;
    m_window->overview()->welcome()->setFound(preview);
    if (!offers)
        return;
    auto *dialog = new ImportDialog(preview, searched, m_window.get());
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QDialog::accepted, this, [this, dialog] { takeOver(dialog->chosen()); });
    dialog->open();
}

void WindowController::takeOver(const QList<FoundEndpoint> &chosen)
{
    const auto import = [chosen](QJsonObject &config) -> Result<void> {
        importInto(config, chosen);
        return {};
    };
    QStringList clusters;
    for (const FoundEndpoint &found : chosen)
        clusters << found.cluster;
    clusters.removeDuplicates();
    const QString imported = tr("Imported %n endpoint(s)", nullptr, static_cast<int>(chosen.size()));
    edit({import, clusters.size() == 1 ? tr("%1 into \"%2\"", "what was imported, a cluster").arg(imported, clusters.constFirst()) : imported,
          [chosen](QJsonObject &config, const QJsonObject &before) -> Result<void> {
              removeImported(config, before, chosen);
              return {};
          },
          tr("The import is undone")});
}

void WindowController::takeText(const QString &text)
{
    const std::optional<EndpointFields> fields = endpointInText(text);
    if (!fields) {
        showProblem(tr("Nothing in it tells of an endpoint. A base URL, a key, lines that set variables, and settings as JSON do."));
        return;
    }
    m_window->showPage(MainWindow::Page::Clusters);
    m_window->clusters()->addEndpoint(*fields);
}

void WindowController::takeFile(const QString &path)
{
    const Result<QByteArray> text = readOrdinary(path, longestImportedFile);
    if (text)
        takeText(QString::fromUtf8(*text));
    else
        showProblem(failureText(text.error()));
}

} // namespace qcc
