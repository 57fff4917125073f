#include "ui/clusters/vendorbox.h"

#include "core/config/vendors.h"

#include <QCoreApplication>
#include <QScopedValueRollback>

#include <algorithm>

namespace qcc {

using namespace Qt::StringLiterals;

namespace {

constexpr int linesAtATime = 12;

/// What an endpoint of it is called beside the others.
QString nameOf(const VendorPreset &vendor, const QStringList &otherNames)
{
    QString name = vendor.name;
    for (int number = 2; otherNames.contains(name); ++number)
        name = u"%1-%2"_s.arg(vendor.name).arg(number);
    return name;
}

/// What a vendor fills in, or what stands there without one.
struct Filling {
    QString name;
    QString baseUrl;
    AuthStyle auth = AuthStyle::Auto;
};

Filling fillingOf(const QString &vendor, const QStringList &otherNames)
{
    const VendorPreset *known = vendorNamed(vendor);
    return known ? Filling{nameOf(*known, otherNames), known->baseUrl, known->auth} : Filling();
}

class VendorText
{
    Q_DECLARE_TR_FUNCTIONS(VendorText)
};

} // namespace

EndpointDraft withVendor(const EndpointDraft &draft, const QString &vendor, const QStringList &otherNames)
{
    const Filling before = fillingOf(draft.vendor, otherNames);
    const Filling after = fillingOf(vendor, otherNames);
    EndpointDraft next = draft;
    next.vendor = vendor;
    if (draft.name.trimmed().isEmpty() || draft.name == before.name)
        next.name = after.name;
    if (draft.baseUrl.trimmed().isEmpty() || draft.baseUrl == before.baseUrl)
        next.baseUrl = after.baseUrl;
    if (draft.auth == before.auth || draft.auth == AuthStyle::Auto)
        next.auth = after.auth;
    return next;
}

QString vendorWords(const QString &vendor)
{
    const VendorPreset *known = vendorNamed(vendor);
    return known ? VendorText::tr("Key as %1; speaks %2", "header, protocols").arg(toWord(known->auth), vendorSpeaks(*known)) : QString();
}

VendorBox::VendorBox(QWidget *parent)
    : QComboBox(parent)
{
    addItem(tr("Other"), QString());
    for (const VendorPreset &vendor : vendors())
        addItem(vendor.title, QString(vendor.name));
    setMaxVisibleItems(linesAtATime);
    // As wide as the field, and no wider than there is room for.
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setMinimumContentsLength(8);
    setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    connect(this, &QComboBox::activated, this, [this] { Q_EMIT vendorChosen(vendor(), !m_byKey); });
}

void VendorBox::setVendor(const QString &name)
{
    setCurrentIndex(std::max(0, findData(name)));
}

void VendorBox::keyPressEvent(QKeyEvent *event)
{
    const QScopedValueRollback byKey(m_byKey, true);
    QComboBox::keyPressEvent(event);
}

} // namespace qcc
