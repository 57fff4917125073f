#pragma once

#include "core/import/importinto.h"

#include <QList>
#include <QWidget>

class QLabel;
class QVBoxLayout;

namespace qcc {

class PasteField;

/// What is there before the first endpoint: where it can come from. One button, a field for what somebody has, and what other programs have.
class WelcomePage : public QWidget
{
    Q_OBJECT

public:
    explicit WelcomePage(QWidget *parent = nullptr);

    /// What was found on this computer, with what taking it over would come to. Only what can be taken over is offered.
    void setFound(const QList<ImportedEndpoint> &preview);

Q_SIGNALS:
    /// The page is seen for the first time: setFound() is to follow.
    void foundWanted();
    void demoRequested();
    /// To choose among all that was found.
    void importRequested();
    /// To take over these.
    void importChosen(const QList<qcc::FoundEndpoint> &endpoints);
    void addEndpointRequested();
    /// It may say something of an endpoint.
    void textOffered(const QString &text);

protected:
    void changeEvent(QEvent *event) override;
    void showEvent(QShowEvent *event) override;
    void hideEvent(QHideEvent *event) override;

private:
    QWidget *content();
    QLabel *add(QVBoxLayout &column, const QString &text, int below);
    void addWays(QVBoxLayout &column);
    void addFound(QVBoxLayout &column);
    void clearFound();
    void dress();

    QLabel *m_title = nullptr;
    QLabel *m_text = nullptr;
    PasteField *m_field = nullptr;
    QLabel *m_needs = nullptr;
    QLabel *m_foundTitle = nullptr;
    QVBoxLayout *m_found = nullptr;
    QLabel *m_none = nullptr;
    QLabel *m_unchanged = nullptr;
    bool m_asked = false;
};

} // namespace qcc
