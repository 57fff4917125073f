#pragma once

#include "ui/clusters/endpointdrafts.h"
#include "ui/widgets/theme.h"

#include <QHash>
#include <QWidget>

class QCheckBox;
class QComboBox;
class QFormLayout;
class QHBoxLayout;
class QLabel;
class QLineEdit;
class QPushButton;
class QSpinBox;
class QToolButton;

namespace qcc {

class FieldNote;
class ModelMapTable;

/// What the form shows.
struct FormContent {
    EndpointPlace place;
    EndpointDraft draft;
    QString maskedKey; ///< Of the stored key; empty: there is none.
    QList<DraftNote> notes;
    QString nameIfEmpty; ///< What an endpoint without a name will be called.
    QString status;      ///< How it stands, and what its test found.
    Meaning meaning = Meaning::Neutral;
    bool canReset = false;
    bool canSave = false;
    bool canRevert = false;
    QString remark;      ///< What became of the last attempt to save, or of the file meanwhile.
    Meaning remarkMeaning = Meaning::Neutral;

    bool operator==(const FormContent &) const = default;
};

/// The fields of one endpoint. It holds no state of its own: what is typed is told at once, and comes back as content.
class EndpointForm : public QWidget
{
    Q_OBJECT

public:
    explicit EndpointForm(QWidget *parent = nullptr);

    void setContent(const FormContent &content);
    /// Puts the cursor where a new endpoint begins.
    void focusFirstField();

Q_SIGNALS:
    void edited(const qcc::EndpointDraft &draft);
    void saveRequested();
    void revertRequested();
    void resetRequested();

protected:
    void changeEvent(QEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;

private:
    QWidget *makeFields();
    void addField(QFormLayout *form, const QString &label, QWidget *buddy, QLayout *controls, DraftField note);
    QHBoxLayout *makeKeyControls();
    QHBoxLayout *makeProxyControls();
    QHBoxLayout *makeCaFileControls();
    void chooseCaFile();
    void fillChoices();
    void tellEdits();
    EndpointDraft typed() const;
    void fill(const EndpointDraft &draft);
    void showKeyState();
    void showStatus();
    void dress();

    FormContent m_content;
    bool m_filling = false;

    QLabel *m_statusMark;
    QLabel *m_status;
    QPushButton *m_reset;
    QLineEdit *m_name;
    QLineEdit *m_baseUrl;
    QLineEdit *m_key;
    QToolButton *m_showKey;
    QToolButton *m_removeKey;
    QComboBox *m_auth;
    QSpinBox *m_priority;
    QSpinBox *m_weight;
    QCheckBox *m_enabled;
    QComboBox *m_proxy;
    QLineEdit *m_proxyUrl;
    QCheckBox *m_http2;
    QLineEdit *m_caFile;
    QToolButton *m_chooseCaFile;
    ModelMapTable *m_models;
    QHash<DraftField, FieldNote *> m_notes;
    QLabel *m_remark;
    QPushButton *m_revert;
    QPushButton *m_save;
};

} // namespace qcc
