#pragma once

#include "ui/clusters/endpointdraft.h"

#include <QComboBox>

namespace qcc {

/// `draft` with another vendor ("" is none). What is empty, or still as the vendor before filled it in, becomes what this one has; all that was typed
/// stays. `otherNames`: of the cluster's other endpoints.
EndpointDraft withVendor(const EndpointDraft &draft, const QString &vendor, const QStringList &otherNames);

/// What is chosen with a vendor besides its address, in a line.
QString vendorWords(const QString &vendor);

/// The vendors to choose from, and none of them first.
class VendorBox : public QComboBox
{
    Q_OBJECT

public:
    explicit VendorBox(QWidget *parent = nullptr);

    QString vendor() const { return currentData().toString(); }
    /// Without a signal.
    void setVendor(const QString &name);

Q_SIGNALS:
    /// By the user. `isSettled`: in the open list; with the arrow keys others may follow, and the focus has to stay.
    void vendorChosen(const QString &name, bool isSettled);

protected:
    void keyPressEvent(QKeyEvent *event) override;

private:
    bool m_byKey = false;
};

} // namespace qcc
