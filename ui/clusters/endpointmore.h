#pragma once

#include "ui/clusters/endpointdraft.h"

#include <QWidget>

class QCheckBox;
class QComboBox;
class QHBoxLayout;
class QLineEdit;
class QSpinBox;

namespace qcc {

class FieldNote;
class PairTable;

/// The fields of an endpoint that most never touch. It holds no state of its own, as the form that it is in.
class EndpointMore : public QWidget
{
    Q_OBJECT

public:
    explicit EndpointMore(QWidget *parent = nullptr);

    /// What is among these fields, in a line.
    static QString summary();
    /// Whether `draft` holds something here that a new endpoint does not. Its place and whether it is on are seen in the list.
    static bool isUsedIn(const EndpointDraft &draft);
    static bool has(DraftField field);
    FieldNote *note(DraftField field) const;

    void fill(const EndpointDraft &draft);
    /// Writes what stands in the fields.
    void read(EndpointDraft &draft) const;
    /// Offers to let the client's login go to the endpoint of `draft`, where that needs a word of its own.
    void offerAnywhere(const EndpointDraft &draft);

Q_SIGNALS:
    void edited();

private:
    QHBoxLayout *makeNumbers();
    QHBoxLayout *makeLimits();
    QHBoxLayout *makeProxyControls();
    QHBoxLayout *makeFileControls(QLineEdit *edit, const QString &title);
    void fillChoices();
    void chooseFile(QLineEdit *edit, const QString &title);
    void explain();
    void tell();

    bool m_filling = false;
    QComboBox *m_auth;
    QCheckBox *m_anywhere;
    QSpinBox *m_priority;
    QSpinBox *m_weight;
    QSpinBox *m_atOnce;
    QSpinBox *m_perMinute;
    QCheckBox *m_enabled;
    QComboBox *m_proxy;
    QLineEdit *m_proxyUrl;
    QCheckBox *m_http2;
    QLineEdit *m_keyCommand;
    QLineEdit *m_caFile;
    QLineEdit *m_clientCert;
    QLineEdit *m_clientKey;
    PairTable *m_models;
    PairTable *m_headers;
    PairTable *m_query;
    FieldNote *m_authNote;
    FieldNote *m_proxyNote;
    FieldNote *m_caFileNote;
    FieldNote *m_keyCommandNote;
    FieldNote *m_clientCertNote;
    FieldNote *m_modelsNote;
    FieldNote *m_headersNote;
    FieldNote *m_queryNote;
};

/// Widgets side by side, at the distance of neighbours.
QHBoxLayout *rowOf(std::initializer_list<QWidget *> widgets);
/// Puts `text` there, where it is another.
void put(QLineEdit &edit, const QString &text);

} // namespace qcc
