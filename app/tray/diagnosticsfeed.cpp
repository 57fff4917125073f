#include "app/tray/diagnosticsfeed.h"

#include "app/tray/diagnosis.h"
#include "app/tray/hostedproxy.h"
#include "ui/model/coretext.h"
#include "ui/model/words.h"
#include "ui/window/diagnostics.h"

#include <QDir>

namespace qcc {

DiagnosticsFeed::DiagnosticsFeed(HostedProxy *host, const Paths &paths, QObject *parent)
    : QObject(parent)
    , m_host(host)
    , m_diagnosis(new Diagnosis(paths))
{
    m_thread.setObjectName(QStringLiteral("qcc diagnostics"));
    m_diagnosis->moveToThread(&m_thread);
    connect(&m_thread, &QThread::finished, m_diagnosis, &QObject::deleteLater);
    connect(m_host, &HostedProxy::configRead, m_diagnosis, &Diagnosis::begin);
    connect(m_diagnosis, &Diagnosis::progressed, this, [this](int round, qsizetype asked, qsizetype of) {
        if (m_dialog && round == m_round)
            m_dialog->setProgress(asked, of);
    });
    connect(m_diagnosis, &Diagnosis::finished, this, [this](int round, const QList<Finding> &findings) {
        if (m_dialog && round == m_round)
            m_dialog->setFindings(findings);
    });
    connect(m_diagnosis, &Diagnosis::saved, this, [this](const QString &path) {
        if (m_dialog)
            m_dialog->showSaved(path);
    });
    connect(m_diagnosis, &Diagnosis::notSaved, this, [this](const QString &path, const Failure &failure) {
        if (!m_dialog)
            return;
        m_dialog->showProblem(failure.code == ErrorCode::AlreadyExists
                                  ? tr("%1 is there already, and stays as it is. Choose another name.", "a file").arg(QDir::toNativeSeparators(path))
                                  : tr("The diagnostics could not be saved: %1", "reason").arg(Words::sentence(inUsersLanguage(failure.message))));
    });
}

DiagnosticsFeed::~DiagnosticsFeed()
{
    delete m_dialog;
    if (!m_thread.isRunning()) {
        delete m_diagnosis;
        return;
    }
    m_thread.quit();
    m_thread.wait();
}

void DiagnosticsFeed::show(QWidget *window)
{
    if (m_dialog) {
        m_dialog->show();
        m_dialog->raise();
        m_dialog->activateWindow();
        return;
    }
    m_thread.start();
    m_dialog = new DiagnosticsDialog(window);
    m_dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(m_dialog, &DiagnosticsDialog::checkRequested, this, &DiagnosticsFeed::check);
    connect(m_dialog, &DiagnosticsDialog::saveRequested, m_diagnosis, &Diagnosis::save);
    // Closed, after which it lives a little longer and another may be there, or gone with its window.
    const auto ended = [this, dialog = m_dialog.data()] {
        if (!m_dialog || m_dialog == dialog)
            drop();
    };
    connect(m_dialog, &QDialog::finished, this, ended);
    connect(m_dialog, &QObject::destroyed, this, ended);
    m_dialog->show();
    check();
}

DiagnosticsDialog *DiagnosticsFeed::dialog() const
{
    return m_dialog;
}

void DiagnosticsFeed::check()
{
    m_dialog->begin();
    m_diagnosis->want(++m_round);
    QMetaObject::invokeMethod(m_host, &HostedProxy::readConfig);
}

void DiagnosticsFeed::drop()
{
    m_dialog = nullptr;
    m_diagnosis->want(0);
    QMetaObject::invokeMethod(m_diagnosis, &Diagnosis::drop);
}

} // namespace qcc
