#pragma once

#include "ui/clusters/endpointdrafts.h"
#include "ui/widgets/theme.h"

#include <QHash>
#include <QWidget>

class QHBoxLayout;
class QLabel;
class QLineEdit;
class QPushButton;
class QScrollArea;
class QToolButton;

namespace qcc {

class EndpointMore;
class FieldNote;
class Fold;
class MarkLabel;
class VendorBox;

/// What the form shows.
struct FormContent {
    EndpointPlace place;
    QString title;
    EndpointDraft draft;
    QString maskedKey; ///< Of the stored key; empty: there is none.
    QList<DraftNote> notes;
    QStringList otherNames; ///< Of the cluster's other endpoints.
    QString nameIfEmpty; ///< What an endpoint without a name will be called.
    bool canReset = false;
    bool canSave = false;
    bool canRevert = false;
    QString remark; ///< What became of the last attempt to save, or of the file meanwhile.
    std::optional<Meaning> remarkMeaning = {}; ///< Absent: it is a hint.

    bool operator==(const FormContent &) const = default;
};

/// The fields of one endpoint. It holds no state of its own but whether More is open: what is typed is told at once, and comes back as content.
class EndpointForm : public QWidget
{
    Q_OBJECT

public:
    explicit EndpointForm(QWidget *parent = nullptr);

    void setContent(const FormContent &content);
    /// Puts the cursor where a new endpoint begins.
    void focusFirstField();
    /// Whether the user left More open.
    bool keepsMoreOpen() const { return m_keepsOpen; }
    void keepMoreOpen(bool open);
    /// While More is closed.
    int usualHeight() const;

Q_SIGNALS:
    void edited(const qcc::EndpointDraft &draft);
    void saveRequested();
    void revertRequested();
    void resetRequested();

protected:
    void changeEvent(QEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;

private:
    QWidget *makeVendorField();
    QWidget *makeFields();
    QHBoxLayout *makeKeyControls();
    void tellEdits();
    void takeVendor(const QString &vendor, bool isSettled);
    void focusWhatIsLeft();
    EndpointDraft typed() const;
    void fill(const EndpointDraft &draft);
    void showKeyState();
    void showTitle();
    void unfold(const FormContent &before);
    void dress();

    FormContent m_content;
    bool m_filling = false;
    bool m_keepsOpen = false; ///< More, as the user left it; beyond the session, too.

    QLabel *m_title;
    QLabel *m_state;
    QPushButton *m_reset;
    VendorBox *m_vendor;
    QLabel *m_vendorWords;
    QWidget *m_vendorField = nullptr;
    QLineEdit *m_name;
    QLineEdit *m_baseUrl;
    QLineEdit *m_key;
    QToolButton *m_showKey;
    QToolButton *m_removeKey;
    EndpointMore *m_more;
    Fold *m_fold;
    QHash<DraftField, FieldNote *> m_notes;
    QPushButton *m_save;
    QPushButton *m_revert;
    MarkLabel *m_remarkMark;
    QLabel *m_remark;
    QScrollArea *m_scroll = nullptr;
};

} // namespace qcc
